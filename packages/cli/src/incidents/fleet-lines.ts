// What of the incidents that are listed is part of the same trouble in other clusters, in words.
import { type FleetIncident, fleetTitleOf, type ReportIncident } from '@winnow/contracts';
import { harmless } from '../render/layout.ts';

/** A line for each fleet incident that one of these is part of. */
export function fleetLines(incidents: readonly ReportIncident[], fleet: readonly FleetIncident[]): readonly string[] {
  const listed = new Set(incidents.map(({ id }) => id));
  return fleet.flatMap((each) => {
    const own = each.members.map(({ incident }) => incident).filter((id) => listed.has(id));
    if (own.length === 0) return [];
    return [`part of fleet incident ${each.id} (${harmless(fleetTitleOf(each))}): ${own.join(', ')}`];
  });
}
