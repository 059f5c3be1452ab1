// When something falls due next, soonest first. A derived index, never later than the truth: whoever takes an id looks at its row.
import { createHeap } from './heap.ts';

export interface DueTimes {
  /** The id is to be looked at then, or sooner where that was noted before. */
  note(id: string, at: number): void;
  /** Takes out all that were noted for this time or before. */
  take(now: number): readonly string[];
}

interface Entry {
  readonly at: number;
  readonly id: string;
}

export function createDueTimes(): DueTimes {
  const heap = createHeap<Entry>((one, other) => one.at < other.at);
  /** The soonest time of each; other entries of it are outdated. */
  const soonest = new Map<string, number>();

  function note(id: string, at: number): void {
    if (at === Number.POSITIVE_INFINITY || (soonest.get(id) ?? Number.POSITIVE_INFINITY) <= at) return;
    soonest.set(id, at);
    heap.push({ at, id });
  }

  function take(now: number): readonly string[] {
    const taken: string[] = [];
    for (let first = heap.peek(); first && first.at <= now; first = heap.peek()) {
      heap.pop();
      if (soonest.get(first.id) !== first.at) continue;
      soonest.delete(first.id);
      taken.push(first.id);
    }
    return taken;
  }

  return { note, take };
}
