// When something of an incident falls due next, soonest first: a heap. Derived, and never later than the truth: whoever takes an
// entry looks at the incident's row.

export interface DueTimes {
  /** The incident is to be looked at then, or sooner where that was noted before. */
  note(id: string, at: number): void;
  /** Takes out all that were noted for this time or before. */
  take(now: number): readonly string[];
}

interface Entry {
  readonly at: number;
  readonly id: string;
}

export function createDueTimes(): DueTimes {
  const heap: Entry[] = [];
  /** The soonest time of each; other entries of it are outdated. */
  const soonest = new Map<string, number>();

  function note(id: string, at: number): void {
    if (at === Number.POSITIVE_INFINITY || (soonest.get(id) ?? Number.POSITIVE_INFINITY) <= at) return;
    soonest.set(id, at);
    push(heap, { at, id });
  }

  function take(now: number): readonly string[] {
    const taken: string[] = [];
    for (let first = heap[0]; first && first.at <= now; first = heap[0]) {
      pop(heap);
      if (soonest.get(first.id) !== first.at) continue;
      soonest.delete(first.id);
      taken.push(first.id);
    }
    return taken;
  }

  return { note, take };
}

function push(heap: Entry[], entry: Entry): void {
  let at = heap.push(entry) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent] as Entry;
    if (above.at <= entry.at) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = entry;
}

function pop(heap: Entry[]): void {
  const entry = heap.pop();
  if (!entry || heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && (heap[child + 1] as Entry).at < (heap[child] as Entry).at) child++;
    if ((heap[child] as Entry).at >= entry.at) break;
    heap[at] = heap[child] as Entry;
    at = child;
  }
  heap[at] = entry;
}
