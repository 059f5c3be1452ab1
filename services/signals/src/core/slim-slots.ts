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
  const recent = createRecent();
  return {
    get size() {
      return texts.size;
    },
    get(key) {
      const text = texts.get(key);
      return text === undefined ? undefined : (recent.copyOf(key, text) ?? expand(text));
    },
    has: (key) => texts.has(key),
    set(key, slot) {
      const text = shorten(slot);
      texts.set(key, text);
      recent.keep(key, text, slot);
    },
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

/** The slots that were written last, as they were written: in a storm the same ones come again and again. */
function createRecent() {
  let young = new Map<string, { readonly text: string; readonly slot: Slot }>();
  let old = young;
  return {
    /** Undefined where the text is another by now, or was not written lately. */
    copyOf(key: string, text: string): Slot | undefined {
      const known = young.get(key) ?? old.get(key);
      return known?.text === text ? copy(known.slot) : undefined;
    },
    keep(key: string, text: string, slot: Slot): void {
      if (young.size >= MOST_RECENT) {
        old = young;
        young = new Map();
      }
      young.set(key, { text, slot: copy(slot) });
    },
  };
}

/** In each of two generations. */
const MOST_RECENT = 4_096;

function copy(slot: Slot): Slot {
  const { sources, messages, subjects, attributes, first, last, keepers, told, silencedBy } = slot;
  return {
    ...slot,
    sources: sources.slice(),
    messages: messages.slice(),
    subjects: subjects.slice(),
    attributes: { ...attributes },
    first: first.slice(),
    last: last.slice(),
    keepers: { ...keepers },
    ...(told && { told: { ...told } }),
    ...(silencedBy && { silencedBy: silencedBy.slice() }),
  };
}
