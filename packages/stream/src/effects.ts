// Effects are data: a stage emits an Ask into winnow.lookups, a worker beside it carries it out and appends the result.
import type { Ask, LookupKind, LookupStatus } from '@winnow/contracts';

export interface LookupAnswer {
  readonly status: LookupStatus;
  /** Redacted and bounded by the reader. */
  readonly value?: unknown;
  readonly message?: string;
}

/** Answers one kind of ask. `signal` is aborted at the deadline. A throw becomes `failed`, LookupDenied `denied`. */
export type Lookup = (ask: Ask, signal: AbortSignal) => Promise<LookupAnswer>;
export type Lookups = Readonly<Partial<Record<LookupKind, Lookup>>>;
