/** Where a server comes from. */
export interface Source {
  /** One sentence for people: what it is and how it is had. */
  readonly what: string;
  /** The folder or file that it is started from, where it is here. */
  find(): string | undefined;
  /** Why this machine cannot have it, as things are installed; undefined where `obtain` can be tried. */
  obstacle(): string | undefined;
  /** Gets it if it is not here. Takes minutes where it is built. @returns what `find` gives then. */
  obtain(): Promise<string>;
}
