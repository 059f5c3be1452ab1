// Where an incident that was merged away lives on.
import type { Entry, ReadModel } from '../core.ts';

/** The id that it lives on under: its own where it was not merged. */
export function survivorOf(model: Pick<ReadModel, 'get'>, entry: Entry): string {
  let id = entry.incident.id;
  const seen = new Set<string>();
  for (
    let next: string | undefined = id;
    next !== undefined && !seen.has(next);
    next = model.get(id)?.incident.mergedInto
  ) {
    seen.add(next);
    id = next;
  }
  return id;
}
