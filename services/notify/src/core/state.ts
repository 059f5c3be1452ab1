// What the stage keeps: incidents as receivers are told of them, how each receiver stands, and the time.
import type { Table, Tables } from '@winnow/stream';
import { type Telling, tellableFrom } from './news.ts';
import type { Subject } from './subject.ts';

/** One receiver, and what came of what was sent to it since it has been one. */
export interface Receiver {
  /** Incidents that opened before are none of its business. */
  readonly since: string;
  /** Failures in a row, and until when it is left alone: milliseconds since the epoch. */
  fails: number;
  retryAt?: number | undefined;
  delivered: number;
  /** Posts that failed and were, or will be, tried again. */
  retried: number;
  /** Notifications that it refused for good. */
  refused: number;
  /** Notifications that were given up. */
  expired: number;
  /** What went wrong last, while something is wrong: never a URL. */
  problem?: string | undefined;
  /** When it last took something. */
  deliveredAt?: string;
}

export interface State {
  readonly clock: Table<number>;
  /** By name. */
  readonly receivers: Table<Receiver>;
  /** By tenant/cluster|incident. */
  readonly subjects: Table<Subject>;
  /** By receiver|tenant/cluster|incident. */
  readonly tellings: Table<Telling>;
  /** Derived: incidents that each receiver has yet to be told something of, and how many posts to it are under way. */
  readonly waiting: Map<string, Set<string>>;
  readonly underWay: Map<string, number>;
  /** Nothing falls due before; 0 where that is not known. */
  nextDue: number;
  nextSweep: number;
  /** The receivers of the settings have been taken in. */
  agreed: boolean;
}

export const tableSpecs = { clock: 'json', receivers: 'json', subjects: 'json', tellings: 'json' } as const;

export function openState(tables: Tables): State {
  const { clock, receivers, subjects, tellings } = tables as unknown as Pick<
    State,
    'clock' | 'receivers' | 'subjects' | 'tellings'
  >;
  const derived = { waiting: new Map(), underWay: new Map(), nextDue: 0, nextSweep: 0, agreed: false };
  const state: State = { clock, receivers, subjects, tellings, ...derived };
  for (const [name] of receivers.entries()) for (const [key] of subjects.entries()) index(state, name, key);
  for (const [key, { ask }] of tellings.entries()) if (ask) addUnderWay(state, receiverOf(key), 1);
  return state;
}

export const subjectKey = (of: { readonly tenant: string; readonly cluster: string }, incident: string) =>
  `${of.tenant}/${of.cluster}|${incident}`;
export const tellingKey = (receiver: string, subject: string) => `${receiver}|${subject}`;
export const receiverOf = (key: string) => key.slice(0, key.indexOf('|'));

export const nowOf = ({ clock }: State): number => clock.get('now') ?? 0;

/** Time only goes on. */
export function passTime(state: State, at: string): void {
  const now = Date.parse(at);
  if (now > nowOf(state)) state.clock.set('now', now);
}

export function addUnderWay(state: State, receiver: string, change: 1 | -1): void {
  state.underWay.set(receiver, (state.underWay.get(receiver) ?? 0) + change);
}

const untold = (): Telling => ({ asks: 0, tries: 0 });

/** How a receiver stands with an incident; undefined where it is not to hear of it at all. */
export function tellingOf(state: State, name: string, key: string): Telling | undefined {
  const [receiver, subject] = [state.receivers.get(name), state.subjects.get(key)];
  if (!receiver || !subject || subject.openedAt < receiver.since) return undefined;
  return state.tellings.get(tellingKey(name, key)) ?? untold();
}

/** Notes whether a receiver has yet to be told something of an incident. */
export function index(state: State, name: string, key: string): boolean {
  const [subject, telling] = [state.subjects.get(key), tellingOf(state, name, key)];
  const waits = subject !== undefined && telling !== undefined && tellableFrom(subject, telling) !== undefined;
  const waiting = state.waiting.get(name) ?? new Set();
  state.waiting.set(name, waiting);
  if (waits) waiting.add(key);
  else waiting.delete(key);
  state.nextDue = 0;
  return waits;
}

/** The incident has changed, or what a receiver knows of it. */
export function review(state: State, name: string, key: string): void {
  const waits = index(state, name, key);
  const telling = tellingOf(state, name, key);
  if (!telling || waits === (telling.waitingSince !== undefined)) return;
  telling.waitingSince = waits ? nowOf(state) : undefined;
  state.tellings.set(tellingKey(name, key), telling);
}

export function reviewAll(state: State, key: string): void {
  for (const [name] of state.receivers.entries()) review(state, name, key);
}

export function dropSubject(state: State, key: string): void {
  for (const [name] of state.receivers.entries()) dropTelling(state, name, key);
  state.subjects.delete(key);
}

export function dropTelling(state: State, name: string, key: string): void {
  if (state.tellings.get(tellingKey(name, key))?.ask) addUnderWay(state, name, -1);
  state.tellings.delete(tellingKey(name, key));
  state.waiting.get(name)?.delete(key);
}
