// What came before a window and still counts in it: the states of objects, calls, silences, alerts that fire. Whole records, as they stand
// in the log, so that what they opened has the ids that it had.
import { type AlertItem, type Envelope, entityKey, type Item, kindOf, type ListMarkerItem } from '@winnow/contracts';
import type { StoredRecord } from '@winnow/sqlite';
import { isOf, type Window } from './window.ts';

export interface Prelude {
  /** A record that stands before the window. */
  note(record: StoredRecord): void;
  /** The offsets of those that count, in order. */
  offsets(): readonly number[];
}

/** An alert that nobody has repeated for so long, in milliseconds, has ended. */
const SILENT = 60 * 60_000;

/** Of one partition. */
export function createPrelude(window: Window): Prelude {
  const latest = new Map<string, number>();
  const lists = new Map<string, List>();
  const firing = new Map<string, { readonly opened: number; seen: string }>();
  let at = '';

  function noteItem(item: Item, { cluster, tenant }: Envelope, offset: number): void {
    const scope = `${tenant}/${cluster}`;
    if (item.type === 'object') {
      const { namespace, name } = item.object.metadata;
      const kind = kindOf(item.object);
      latest.set(`object ${scope} ${entityKey({ kind, namespace, name })}`, offset);
      for (const each of [undefined, namespace]) lists.get(listKey(scope, kind, each))?.running?.push(offset);
    } else if (item.type === 'list-begin' || item.type === 'list-end') noteList(item, scope, offset);
    else if (item.type === 'dependency')
      latest.set(`dependency ${scope} ${JSON.stringify([item.from, item.to])}`, offset);
    else if (item.type === 'operator') latest.set(`operator ${scope} ${item.silence?.id ?? offset}`, offset);
    else if (item.type === 'alert') noteAlert(item, `${scope} ${item.fingerprint}`, offset);
  }

  /** A list of all objects of a kind counts whole, with its marks: else what it lacks would seem to have vanished. */
  function noteList({ type, kind, namespace }: ListMarkerItem, scope: string, offset: number): void {
    const key = listKey(scope, kind, namespace);
    const list = lists.get(key) ?? {};
    if (type === 'list-begin') lists.set(key, { ...list, running: [offset] });
    else if (list.running) {
      lists.set(key, { whole: [...list.running, offset] });
      forgetBefore(list.running[0] ?? 0, `object ${scope} ${kind}/${namespace === undefined ? '' : `${namespace}/`}`);
    }
  }

  /** What was told before the list, and not by it, is gone. */
  function forgetBefore(begin: number, prefix: string): void {
    for (const [key, offset] of latest) if (offset < begin && key.startsWith(prefix)) latest.delete(key);
  }

  function noteAlert(alert: AlertItem, key: string, offset: number): void {
    const known = firing.get(key);
    if (alert.status === 'resolved') firing.delete(key);
    else if (known) known.seen = at;
    else firing.set(key, { opened: offset, seen: at });
  }

  return {
    note({ value, offset }) {
      const envelope = value as Envelope;
      if (!isOf(window, envelope)) return;
      at = envelope.at;
      for (const item of envelope.items) noteItem(item, envelope, offset);
    },
    offsets() {
      const alive = [...firing.values()].filter(({ seen }) => Date.parse(at) - Date.parse(seen) <= SILENT);
      const listed = [...lists.values()].flatMap(({ whole = [], running = [] }) => [...whole, ...running]);
      return [...new Set([...latest.values(), ...listed, ...alive.map(({ opened }) => opened)])].sort((a, b) => a - b);
    },
  };
}

/** Offsets of the records of a kind's latest list that has ended, and of the one that runs. */
interface List {
  readonly whole?: number[];
  readonly running?: number[];
}

const listKey = (scope: string, kind: string, namespace: string | undefined) => `${scope} ${kind} ${namespace ?? ''}`;
