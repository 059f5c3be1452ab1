// Slots are kept as short texts: there may be as many of them as alerts, and they are read seldom.
import type { Table } from '@winnow/stream';
import type { Slot } from './state.ts';

const fields = [
  'tenant',
  'cluster',
  'id',
  'entity',
  'symptom',
  'reason',
  'severity',
  'why',
  'sources',
  'messages',
  'subjects',
  'attributes',
  'first',
  'last',
  'keepers',
  'closedBy',
  'ending',
  'settleOn',
  'quietOn',
  'recoverOn',
  'told',
  'recur',
  'provisional',
  'movedTo',
  'unheard',
  'silencedBy',
] as const satisfies readonly (keyof Slot)[];

/** The table as one of slots. Each `get` gives a copy: what was changed is written back by `set`. */
export function slimSlots(texts: Table<string>): Table<Slot> {
  const read = (text: string | undefined) => (text === undefined ? undefined : expand(text));
  return {
    get size() {
      return texts.size;
    },
    get: (key) => read(texts.get(key)),
    has: (key) => texts.has(key),
    set: (key, slot) => texts.set(key, shorten(slot)),
    delete: (key) => texts.delete(key),
    *entries() {
      for (const [key, text] of texts.entries()) yield [key, expand(text)];
    },
    *values() {
      for (const text of texts.values()) yield expand(text);
    },
  };
}

function shorten(slot: Slot): string {
  const values: unknown[] = fields.map((field) => slot[field] ?? 0);
  while (values.at(-1) === 0) values.pop();
  return JSON.stringify(values);
}

function expand(text: string): Slot {
  const values = JSON.parse(text) as unknown[];
  const slot: Record<string, unknown> = {};
  for (const [at, value] of values.entries()) if (value !== 0) slot[fields[at] as string] = value;
  return slot as unknown as Slot;
}
