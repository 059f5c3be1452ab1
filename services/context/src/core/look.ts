// Whether an incident is worth another look: looking is what costs most, and most revisions only count on.
import { hash64, type Incident } from '@winnow/contracts';

/** The last look at an incident. */
export interface Look {
  /** What its members looked like, counts and times left out. */
  readonly shape: string;
  /** When it was, by record time. */
  readonly at: string;
  /** How many looks there were since the shape changed. */
  readonly looks: number;
}

/** Milliseconds until an unchanged incident is looked at again: doubled at each look. */
const AGAIN = 60_000;
const AGAIN_LONGEST = 3_600_000;

/** The look that is due at this revision; undefined where nothing has changed since the last one and it is not long ago. */
export function nextLook(incident: Incident, last: Look | undefined): Look | undefined {
  const shape = shapeOf(incident);
  const at = incident.updatedAt;
  if (!last) return { shape, at, looks: 1 };
  // What has recovered shows its trouble no more: the look that was taken while it lasted tells more.
  if (incident.status === 'resolved') return undefined;
  if (last.shape !== shape) return { shape, at, looks: 1 };
  const wait = Math.min(AGAIN * 2 ** (last.looks - 1), AGAIN_LONGEST);
  if (Date.parse(at) < Date.parse(last.at) + wait) return undefined;
  return { shape, at, looks: last.looks + 1 };
}

function shapeOf({ status, severity, members }: Incident): string {
  return hash64(
    JSON.stringify([status, severity, members.map(({ signal }) => [signal.id, signal.status, signal.entity])]),
  );
}
