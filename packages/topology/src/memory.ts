// Remembers what was worked out, and drops exactly what a change makes wrong: while a thing is worked out it is noted what was read.
import type { Watch } from './indexes.ts';
import { multiMap } from './multi-map.ts';

export interface Memory extends Watch {
  /** What was worked out under a name, or is worked out now. */
  of<V>(name: string, work: () => V): V;
}

/** Beyond so many remembered things all are dropped: a bound, not a policy. */
const most = 100_000;

export function memory(): Memory {
  const held = new Map<string, unknown>();
  const readers = multiMap();
  let reading: Set<string> | undefined;

  function of<V>(name: string, work: () => V): V {
    if (held.has(name)) return held.get(name) as V;
    if (held.size >= most) clear();
    const outer = reading;
    reading = new Set();
    try {
      const made = work();
      for (const thing of reading) readers.add(thing, name);
      held.set(name, made);
      return made;
    } finally {
      reading = outer;
    }
  }

  function onChange(thing: string): void {
    for (const name of readers.take(thing)) held.delete(name);
  }

  function clear(): void {
    held.clear();
    readers.clear();
  }

  return { of, onRead: (thing) => void reading?.add(thing), onChange };
}
