// The state of one look into one incident revision.
import type { Incident, LookupKind, LookupStatus } from '@winnow/contracts';
import type { Question } from './ask.ts';

/** An ask that has gone out: its id, and what it asked. */
export interface Asked extends Question {
  readonly id: string;
}

/** How it was answered. */
export interface Answered {
  readonly status: LookupStatus;
  readonly value?: unknown;
  readonly message?: string;
}

export interface Investigation {
  readonly incident: Incident;
  readonly round: 1 | 2;
  /** All asks so far, those of round one first. */
  readonly asked: readonly Asked[];
  /** How many of them are still open. */
  readonly open: number;
}

/** An ask with its answer. */
export interface Answer extends Asked, Answered {}

/** The values of the answers of one kind that have one, in the order of the asks. */
export function valuesOf<T>(answers: readonly Answer[], kind: LookupKind): readonly T[] {
  return answers.flatMap((each) =>
    each.kind === kind && each.status === 'ok' && each.value != null ? [each.value as T] : [],
  );
}
