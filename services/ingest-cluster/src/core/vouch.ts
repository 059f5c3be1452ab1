// Whether a cluster may be vouched for: a heartbeat says that what is not told has not happened.

export interface KindHearing {
  /** An answer is coming in. */
  readonly open: boolean;
  /** Milliseconds since one came in; undefined where none did. */
  readonly sinceWell: number | undefined;
  /** It is not to be read, or it may be left out: nothing depends on it. */
  readonly excused: boolean;
  /** Its first list waits for its turn, or for an answer. */
  readonly waiting: boolean;
}

/**
 * True where the cluster itself was heard lately, and each of the kinds is told of, but for short interruptions.
 * @param sinceHeard milliseconds since any byte came from that cluster.
 * @param most milliseconds of silence that are none.
 */
export function isHeard(kinds: readonly KindHearing[], sinceHeard: number | undefined, most: number): boolean {
  if (sinceHeard === undefined || sinceHeard > most) return false;
  const needed = kinds.filter((kind) => !kind.excused && !kind.waiting);
  const told = ({ open, sinceWell }: KindHearing) => open || (sinceWell !== undefined && sinceWell <= most);
  return needed.every(told) && kinds.some(told);
}
