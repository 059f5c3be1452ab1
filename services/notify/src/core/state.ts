// What the stage keeps: incidents as receivers are told of them, how each receiver stands, and the time.
import type { Table, Tables } from '@winnow/stream';
import { createLane, type Lane } from './lanes.ts';
import { renewableFrom, type Telling, tellableFrom } from './news.ts';
import { isOver, type Subject } from './subject.ts';

/** One receiver, and what came of what was sent to it since it has been one. */
export interface Receiver {
  /** Incidents that opened before are none of its business. */
  readonly since: string;
  /** It is an Alertmanager: it takes alerts, and is told again of what goes on. */
  readonly renews?: true;
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
  /** `now`, and `swept`: when it was last looked for what may be forgotten. Milliseconds since the epoch. */
  readonly clock: Table<number>;
  /** By name. */
  readonly receivers: Table<Receiver>;
  /** By tenant/cluster|incident. */
  readonly subjects: Table<Subject>;
  /** By receiver|tenant/cluster|incident. */
  readonly tellings: Table<Telling>;
  /** Derived, by the receiver's name. */
  readonly lanes: Map<string, Lane>;
  /** Derived: incidents that are over. */
  readonly over: Set<string>;
  /** The receivers of the settings have been taken in. */
  agreed: boolean;
}

export const tableSpecs = { clock: 'json', receivers: 'json', subjects: 'json', tellings: 'json' } as const;

export function openState(tables: Tables): State {
  const kept = tables as unknown as Pick<State, 'clock' | 'receivers' | 'subjects' | 'tellings'>;
  const state: State = { ...kept, lanes: new Map(), over: new Set(), agreed: false };
  for (const [key, subject] of state.subjects.entries()) if (isOver(subject)) state.over.add(key);
  for (const [name] of state.receivers.entries()) for (const [key] of state.subjects.entries()) index(state, name, key);
  for (const [key, { ask }] of state.tellings.entries()) if (ask) laneOf(state, receiverOf(key)).underWay += 1;
  return state;
}

export const subjectKey = (of: { readonly tenant: string; readonly cluster: string }, incident: string) =>
  `${of.tenant}/${of.cluster}|${incident}`;
export const tellingKey = (receiver: string, subject: string) => `${receiver}|${subject}`;
const receiverOf = (key: string) => key.slice(0, key.indexOf('|'));

export const nowOf = ({ clock }: Pick<State, 'clock'>): number => clock.get('now') ?? 0;

/** Time only goes on. */
export function passTime(state: State, at: string): void {
  const now = Date.parse(at);
  if (now > nowOf(state)) state.clock.set('now', now);
}

export function laneOf(state: State, name: string): Lane {
  const held = state.lanes.get(name);
  if (held) return held;
  const lane = createLane();
  state.lanes.set(name, lane);
  return lane;
}

const untold = (): Telling => ({ asks: 0, tries: 0 });

/** How a receiver stands with an incident; undefined where it is not to hear of it at all. */
export function tellingOf(state: State, name: string, key: string): Telling | undefined {
  const [receiver, subject] = [state.receivers.get(name), state.subjects.get(key)];
  if (!receiver || !subject || subject.openedAt < receiver.since) return undefined;
  return state.tellings.get(tellingKey(name, key)) ?? untold();
}

/** Notes whether a receiver has yet to be told something of an incident, and from when on it may be. */
function index(state: State, name: string, key: string): boolean {
  const [subject, telling, lane] = [state.subjects.get(key), tellingOf(state, name, key), laneOf(state, name)];
  const from = subject && telling && tellableFrom(subject, telling);
  const again = subject && telling && state.receivers.get(name)?.renews && renewableFrom(subject, telling);
  // It may be more or less urgent than it was: it is put there anew when it is due.
  lane.ready.drop(key);
  if (from === undefined) {
    if (again) lane.due.note(key, again);
    lane.waiting.delete(key);
    return false;
  }
  lane.waiting.add(key);
  lane.due.note(key, from);
  return true;
}

/** The incident has changed, or what a receiver knows of it. */
export function review(state: State, name: string, key: string): void {
  const waits = index(state, name, key);
  const telling = tellingOf(state, name, key);
  if (!telling || waits === (telling.waitingSince !== undefined)) return;
  telling.waitingSince = waits ? nowOf(state) : undefined;
  state.tellings.set(tellingKey(name, key), telling);
}

export function putSubject(state: State, key: string, subject: Subject): void {
  state.subjects.set(key, subject);
  if (isOver(subject)) state.over.add(key);
  else state.over.delete(key);
  for (const [name] of state.receivers.entries()) review(state, name, key);
}

export function dropSubject(state: State, key: string): void {
  for (const [name] of state.receivers.entries()) dropTelling(state, name, key);
  state.subjects.delete(key);
  state.over.delete(key);
}

export function dropTelling(state: State, name: string, key: string): void {
  const lane = laneOf(state, name);
  if (state.tellings.get(tellingKey(name, key))?.ask) lane.underWay -= 1;
  state.tellings.delete(tellingKey(name, key));
  lane.waiting.delete(key);
  lane.ready.drop(key);
}
