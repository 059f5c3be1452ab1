import type { Item, Problem } from '@winnow/contracts';

/** As many problems are told one by one; of the others only the number. */
const told = 1000;

export interface Problems {
  add(problem: Problem): void;
  /** Notes those of the items that could not be read. */
  addUnreadable(items: readonly Item[]): void;
  /** In the order in which they came; the last entry counts what is left out. */
  list(): readonly Problem[];
}

export function createProblems(): Problems {
  const kept: Problem[] = [];
  let more = 0;
  const add = ({ place, expected, found }: Problem) => {
    if (kept.length < told) kept.push({ place, expected, found });
    else more++;
  };
  return {
    add,
    addUnreadable(items) {
      for (const item of items) if (item.type === 'unreadable') add(item);
    },
    list() {
      const rest = { place: 'elsewhere', expected: 'readable input', found: `${more} more problems of these kinds` };
      return more === 0 ? kept : [...kept, rest];
    },
  };
}
