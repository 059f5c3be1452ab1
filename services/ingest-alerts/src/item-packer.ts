// Packs items into lists that fit into an envelope each, one by one, so that packing goes along with parsing.
import { ENVELOPE_LIMIT, fit, type Item } from '@winnow/contracts';

export interface ItemPacker {
  add(item: Item): void;
  /** Lists of at most 512 KiB of JSON each, in order. Nothing added gives no lists. */
  lists(): Item[][];
}

/** Room for an envelope's own fields. */
const HEAD = 1024;

export function createItemPacker(): ItemPacker {
  const lists: Item[][] = [];
  let room = 0;
  return {
    add(each) {
      const { item, bytes } = fit(each);
      if (room < bytes + 1) {
        lists.push([]);
        room = ENVELOPE_LIMIT - HEAD;
      }
      lists.at(-1)?.push(item);
      room -= bytes + 1;
    },
    lists: () => lists,
  };
}

/** For bodies so small that nothing in them can exceed a limit: it measures nothing. */
export function createPlainList(): ItemPacker {
  const items: Item[] = [];
  return { add: (item) => void items.push(item), lists: () => (items.length > 0 ? [items] : []) };
}
