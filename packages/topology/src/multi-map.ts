/** Sets of texts by key; a key without members is not kept. */
export interface MultiMap {
  add(key: string, value: string): void;
  remove(key: string, value: string): void;
  get(key: string): ReadonlySet<string>;
  has(key: string): boolean;
  /** The members of a key, which is forgotten. */
  take(key: string): ReadonlySet<string>;
  clear(): void;
}

const none: ReadonlySet<string> = new Set();

export function multiMap(): MultiMap {
  // Most keys have one member: a set for each would cost some 200 bytes.
  const content = new Map<string, string | Set<string>>();

  function add(key: string, value: string): void {
    const held = content.get(key);
    if (held === undefined) content.set(key, value);
    else if (typeof held !== 'string') held.add(value);
    else if (held !== value) content.set(key, new Set([held, value]));
  }

  function remove(key: string, value: string): void {
    const held = content.get(key);
    if (held === value) content.delete(key);
    if (held === undefined || typeof held === 'string') return;
    held.delete(value);
    if (held.size === 0) content.delete(key);
  }

  function get(key: string): ReadonlySet<string> {
    const held = content.get(key);
    if (held === undefined) return none;
    return typeof held === 'string' ? new Set([held]) : held;
  }

  function take(key: string): ReadonlySet<string> {
    const held = get(key);
    content.delete(key);
    return held;
  }

  return { add, remove, get, take, has: (key) => content.has(key), clear: () => content.clear() };
}
