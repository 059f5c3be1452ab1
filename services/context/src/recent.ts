// The last so many values by key: what a projection keeps of a stream that never ends.

export interface Recent<V> {
  set(key: string, value: V): void;
  values(): readonly V[];
}

/** Keeps the `limit` values that were set last. */
export function createRecent<V>(limit: number): Recent<V> {
  const held = new Map<string, V>();
  return {
    set(key, value) {
      held.delete(key);
      held.set(key, value);
      if (held.size <= limit) return;
      const oldest = held.keys().next();
      if (!oldest.done) held.delete(oldest.value);
    },
    values: () => [...held.values()],
  };
}
