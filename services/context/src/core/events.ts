// Events about what is near the incident: Warnings before Normal ones, the latest before older ones; told oldest first.
import { type EventItem, entityKey } from '@winnow/contracts';
import { MAX_EVENTS, SECTION_CHARACTERS } from './budget.ts';
import { takeWithin } from './within.ts';

/** @param keys entities of the dossier. @param members those of them that are members. */
export function relevantEvents(events: readonly EventItem[], keys: ReadonlySet<string>, members: readonly string[]) {
  const about = distinct(events).filter((event) => keys.has(entityKey(event.regarding)));
  const own = new Set(members);
  const rank = (event: EventItem) =>
    (event.eventType === 'Warning' ? 0 : 2) + (own.has(entityKey(event.regarding)) ? 0 : 1);
  const ordered = about.toSorted(
    (a, b) => rank(a) - rank(b) || compare(timeOf(b), timeOf(a)) || compare(idOf(a), idOf(b)),
  );
  const { kept } = takeWithin(ordered.slice(0, MAX_EVENTS), SECTION_CHARACTERS.events);
  return {
    kept: kept.toSorted((a, b) => compare(timeOf(a), timeOf(b)) || compare(idOf(a), idOf(b))),
    leftOut: about.length - kept.length,
  };
}

/** An event object tells of itself again and again: its last word counts. */
function distinct(events: readonly EventItem[]): readonly EventItem[] {
  return [...new Map(events.map((event) => [idOf(event), event])).values()];
}

function idOf(event: EventItem): string {
  return event.uid ?? `${entityKey(event.regarding)} ${event.reason} ${event.message} ${event.firstAt ?? ''}`;
}

const timeOf = (event: EventItem) => event.lastAt ?? event.firstAt ?? '';
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
