// The fleet incidents that there are, and what of each a view shows: members that it may not see are not there, nor counted.
import { type FleetIncident, fleetTitleOf, severities, topics } from '@winnow/contracts';
import type { LogRecord } from '@winnow/stream';
import { compareTexts } from './order.ts';
import type { View } from './view.ts';

export interface ShownFleetIncident extends FleetIncident {
  /** One line that says what they share. */
  readonly title: string;
}

export interface FleetModel {
  /** Folds a record of winnow.fleet-incidents. */
  apply(record: LogRecord): void;
  get(id: string, view: View): ShownFleetIncident | undefined;
  /** Open ones first, then the latest. */
  list(view: View): readonly ShownFleetIncident[];
  /** The fleet incident that an incident is a member of now. */
  of(incident: string, view: View): ShownFleetIncident | undefined;
}

/** @param keepClosed closed ones that are kept, the latest. */
export function createFleetModel(keepClosed = 1_000): FleetModel {
  const byId = new Map<string, FleetIncident>();
  const closed = new Set<string>();
  const memberOf = new Map<string, string>();

  function apply({ topic, key, value }: LogRecord): void {
    if (topic !== topics.fleetIncidents.name) return;
    const fleet = value as FleetIncident | null;
    const former = byId.get(key);
    // After a take-over a late write of the old owner may follow.
    if (fleet && former && former.revision > fleet.revision) return;
    forget(key);
    if (!fleet) return;
    byId.set(key, fleet);
    for (const { incident } of fleet.members) memberOf.set(incident, key);
    if (fleet.status === 'open' && fleet.mergedInto === undefined) return;
    closed.add(key);
    const [oldest] = closed;
    if (closed.size > keepClosed && oldest !== undefined) forget(oldest);
  }

  function forget(id: string): void {
    for (const { incident } of byId.get(id)?.members ?? [])
      if (memberOf.get(incident) === id) memberOf.delete(incident);
    byId.delete(id);
    closed.delete(id);
  }

  function get(id: string, view: View): ShownFleetIncident | undefined {
    const fleet = byId.get(id);
    return fleet && show(fleet, view);
  }

  return {
    apply,
    get,
    of: (incident, view) => get(memberOf.get(incident) ?? '', view),
    list: (view) =>
      [...byId.values()]
        .filter(({ mergedInto }) => mergedInto === undefined)
        .flatMap((fleet) => show(fleet, view) ?? [])
        .sort(compare),
  };
}

/** Undefined where the view sees none of its members. */
function show(fleet: FleetIncident, view: View): ShownFleetIncident | undefined {
  const { tenant } = fleet;
  const members = fleet.members.filter(({ cluster }) => view.sees({ tenant, cluster }));
  const isWhole = members.length === fleet.members.length;
  if (isWhole && view.sees({ tenant, cluster: fleet.members[0]?.cluster ?? '' })) return withTitle(fleet);
  // Without members it is over; those who see some clusters only cannot know whether it was about theirs.
  if (members.length === 0) return undefined;
  const { unlisted: _, why: __, ...rest } = fleet;
  return withTitle({
    ...rest,
    severity: severities.find((each) => members.some(({ severity }) => severity === each)) ?? fleet.severity,
    openedAt: members.map(({ openedAt }) => openedAt).sort(compareTexts)[0] ?? fleet.openedAt,
    why: 'they share the cause with incidents of other clusters',
    clusters: new Set(members.map(({ cluster }) => cluster)).size,
    members,
  });
}

const withTitle = (fleet: FleetIncident): ShownFleetIncident => ({ ...fleet, title: fleetTitleOf(fleet) });

function compare(one: FleetIncident, other: FleetIncident): number {
  if (one.status !== other.status) return one.status === 'open' ? -1 : 1;
  return compareTexts(other.updatedAt, one.updatedAt) || compareTexts(one.id, other.id);
}
