// Keeps records small: envelopes are split at 512 KiB; an item over 256 KiB loses its bodies, and is dead-lettered where that does not help.
import { ENVELOPE_LIMIT, ITEM_LIMIT } from './envelope.ts';
import type { Item } from './item.ts';

const encoder = new TextEncoder();

/** Bytes of an item as JSON in UTF-8. */
export function sizeOfItem(item: Item): number {
  return encoder.encode(JSON.stringify(item)).length;
}

/** The fields of an item that may be left out, the bulkiest first. */
const bodies: Readonly<Partial<Record<Item['type'], readonly string[]>>> = {
  alert: ['annotations'],
  event: ['message'],
  audit: ['object', 'patch', 'message'],
  lookup: ['value'],
};

/** An item that fits: itself, itself without bodies (`trimmed` names them), or a dead letter. `place` is what the dead letter names. */
export function fitItem(item: Item, place: string, size = sizeOfItem(item)): Item {
  if (size <= ITEM_LIMIT) return item;
  const slim = withoutBodies(item);
  if (slim && sizeOfItem(slim) <= ITEM_LIMIT) return slim;
  const expected = `at most ${ITEM_LIMIT / 1024} KiB without its bodies`;
  return { type: 'unreadable', code: 'too-large', place, expected, found: `${Math.ceil(size / 1024)} KiB` };
}

function withoutBodies(item: Item): Item | undefined {
  if (item.type === 'object') {
    const { kind, metadata } = item.object;
    const { annotations: _, ...head } = metadata;
    const other = item.object.kind === 'Other' ? { otherKind: item.object.otherKind } : {};
    return { ...item, object: { kind, ...other, metadata: head } as typeof item.object, trimmed: ['object'] };
  }
  const names = bodies[item.type];
  if (!names) return undefined;
  const slim: Record<string, unknown> = { ...item, trimmed: names };
  for (const name of names) slim[name] = typeof slim[name] === 'string' ? '' : emptied(item, name);
  return slim as Item;
}

function emptied(item: Item, name: string): unknown {
  return item.type === 'alert' && name === 'annotations' ? {} : undefined;
}

export interface ItemPacker {
  /** `place` is what a dead letter names where the item does not fit. */
  add(item: Item, place: string): void;
  /** Lists of at most 512 KiB each, in order; every item fits. Nothing added gives no lists. */
  lists(): Item[][];
}

/** Packs items one by one, so that packing can go along with parsing. */
export function createItemPacker(): ItemPacker {
  const lists: Item[][] = [];
  let room = 0;
  return {
    add(item, place) {
      const size = sizeOfItem(item);
      const fitting = fitItem(item, place, size);
      const taken = (fitting === item ? size : sizeOfItem(fitting)) + 1;
      if (room < taken) {
        lists.push([]);
        room = ENVELOPE_LIMIT - HEAD;
      }
      lists.at(-1)?.push(fitting);
      room -= taken;
    },
    lists: () => lists,
  };
}

/** Room for an envelope's own fields. */
const HEAD = 1024;
