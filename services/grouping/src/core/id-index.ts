// Ids of members by what they may be found by. A crowd is looked at in part: the same part whatever order its members came in.

/** Beyond so many a crowd tells nothing of one. */
export const crowd = 200;

export interface IdIndex {
  add(key: string, id: string): void;
  remove(key: string, id: string): void;
  has(key: string): boolean;
  /** At most {@link crowd} ids, the least first. */
  few(key: string): readonly string[];
}

interface Bag {
  readonly ids: Set<string>;
  /** The least of them in order, once they have been asked for. */
  few: string[] | undefined;
}

export function createIdIndex(): IdIndex {
  const bags = new Map<string, Bag>();

  function add(key: string, id: string): void {
    const bag = bags.get(key);
    if (!bag) bags.set(key, { ids: new Set([id]), few: undefined });
    else if (!bag.ids.has(id)) {
      bag.ids.add(id);
      if (bag.few) insert(bag.few, id);
    }
  }

  function remove(key: string, id: string): void {
    const bag = bags.get(key);
    if (!bag?.ids.delete(id)) return;
    if (bag.ids.size === 0) bags.delete(key);
    else if (bag.few?.includes(id)) bag.few = undefined;
  }

  function few(key: string): readonly string[] {
    const bag = bags.get(key);
    if (!bag) return [];
    bag.few ??= [...bag.ids].sort().slice(0, crowd);
    return bag.few;
  }

  return { add, remove, few, has: (key) => bags.has(key) };
}

function insert(few: string[], id: string): void {
  let [low, high] = [0, few.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((few[middle] as string) < id) low = middle + 1;
    else high = middle;
  }
  if (low >= crowd) return;
  few.splice(low, 0, id);
  if (few.length > crowd) few.pop();
}
