// What falls due when, by clock: one heap a clock. Derived from the tables at open. Entries may be early or outdated: whoever is
// called looks at the tables, so only the order of real due times counts, which does not depend on the order of insertion.

export interface Due {
  readonly due: number;
  readonly kind: string;
  readonly key: string;
}

const before = (a: Due, b: Due) =>
  a.due !== b.due ? a.due < b.due : a.key !== b.key ? a.key < b.key : a.kind < b.kind;

function up(heap: Due[], from: number): void {
  const moved = heap[from]!;
  let at = from;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!before(moved, heap[parent]!)) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = moved;
}

function down(heap: Due[]): void {
  const moved = heap[0]!;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
    if (!before(heap[child]!, moved)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = moved;
}

export function createTimers() {
  const heaps = new Map<string, Due[]>();

  function add(clock: string, entry: Due): void {
    const heap = heaps.get(clock) ?? [];
    if (heap.length === 0) heaps.set(clock, heap);
    heap.push(entry);
    up(heap, heap.length - 1);
  }

  /** Takes the next entry that is due on that clock. */
  function take(clock: string, now: number): Due | undefined {
    const heap = heaps.get(clock);
    const first = heap?.[0];
    if (!heap || !first || first.due > now) return undefined;
    const last = heap.pop()!;
    if (heap.length > 0) {
      heap[0] = last;
      down(heap);
    } else heaps.delete(clock);
    return first;
  }

  return { add, take };
}

export type Timers = ReturnType<typeof createTimers>;
