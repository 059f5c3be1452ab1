// What has changed enough to be told, and from when on it may be.
import { entityKey, type Severity, severities } from '@winnow/contracts';
import { renewEvery, spacing, unexplainedFor } from './parameters.ts';
import { isOver, type Subject } from './subject.ts';

/** What a receiver was told of an incident, as far as it decides whether there is news. */
export interface Told {
  readonly firing: boolean;
  readonly severity: Severity;
  /** Entity and mode of the first hypothesis; empty where there was none. */
  readonly cause: string;
  readonly workloads: number;
  /** What it was told under: its end is told under the same. */
  readonly labels: Readonly<Record<string, string>>;
}

/** How one receiver stands with one incident. */
export interface Telling {
  /** What it took last. */
  told?: Told;
  /** What it refused for good since then: not tried again until there is other news. */
  refused?: Told | undefined;
  /** What is under way. */
  ask?: { readonly id: string; readonly sent: Told } | undefined;
  /** How many asks there were: each has an id of its own. */
  asks: number;
  /** Failures in a row, and from when on it may be tried again: milliseconds since the epoch. */
  tries: number;
  retryAt?: number | undefined;
  /** When it was told last. */
  sentAt?: number;
  /** Since when there is something that it has not been told. */
  waitingSince?: number | undefined;
}

type State = Omit<Told, 'labels'>;

export function stateOf(subject: Subject): State {
  const cause = subject.explained?.cause;
  return {
    firing: !isOver(subject),
    severity: subject.severity,
    cause: cause ? `${entityKey(cause.entity)}|${cause.mode}` : '',
    workloads: subject.workloads,
  };
}

/**
 * From when on there is something to tell, in milliseconds since the epoch; undefined where there is nothing.
 * What is over before anybody was told stays untold, and so does what is of low severity until it is graver.
 */
export function tellableFrom(subject: Subject, telling: Telling): number | undefined {
  const { told, refused, sentAt, retryAt = 0 } = telling;
  const now = stateOf(subject);
  if (!told && (!now.firing || now.severity === 'low')) return undefined;
  if (told && !now.firing && !told.firing) return undefined;
  const last = refused ?? told;
  if (last && !isNews(now, last)) return undefined;
  const opened = told || subject.explained ? 0 : Date.parse(subject.openedAt) + unexplainedFor;
  return Math.max(opened, retryAt, sentAt === undefined ? 0 : sentAt + spacing);
}

/** From when on what was told may be told again though nothing is new, in milliseconds since the epoch; undefined where it is over. */
export function renewableFrom(subject: Subject, { told, refused, sentAt, retryAt = 0 }: Telling): number | undefined {
  if (!told?.firing || refused || sentAt === undefined || isOver(subject)) return undefined;
  return Math.max(retryAt, sentAt + renewEvery);
}

/** It ended or came back, is graver, has another cause, or has taken more workloads: one more, of many a quarter more. */
export function isNews(now: State, then: State): boolean {
  if (now.firing !== then.firing) return true;
  if (!now.firing) return false;
  if (severities.indexOf(now.severity) < severities.indexOf(then.severity)) return true;
  if (now.cause !== '' && now.cause !== then.cause) return true;
  return now.workloads - then.workloads >= Math.max(1, Math.floor(then.workloads / 4));
}
