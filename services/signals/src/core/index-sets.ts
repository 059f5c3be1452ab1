// Sets by key, derived from tables. Read in sorted order, so that a stage that was loaded again decides alike.

export function createIndex() {
  const sets = new Map<string, Set<string>>();

  function add(key: string, member: string): void {
    const set = sets.get(key);
    if (set) set.add(member);
    else sets.set(key, new Set([member]));
  }

  function remove(key: string, member: string): void {
    const set = sets.get(key);
    if (set?.delete(member) && set.size === 0) sets.delete(key);
  }

  /** In no order: only for what does not depend on one. */
  const each = (key: string): Iterable<string> => sets.get(key) ?? [];
  const members = (key: string): readonly string[] => [...(sets.get(key) ?? [])].sort();
  const size = (key: string): number => sets.get(key)?.size ?? 0;
  const has = (key: string, member: string): boolean => sets.get(key)?.has(member) ?? false;

  return { add, remove, each, members, size, has };
}

export type Index = ReturnType<typeof createIndex>;
