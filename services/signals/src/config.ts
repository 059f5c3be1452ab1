// What can be set: nothing yet. Rules and times are the same everywhere, so that a replay decides what the live run decided.
export type Config = Readonly<Record<string, never>>;
