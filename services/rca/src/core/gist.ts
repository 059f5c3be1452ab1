// What of a dossier a diagnosis depends on: two dossiers of one gist get one investigation.
import { type Dossier, entityKey, hash64 } from '@winnow/contracts';

/** Fields that change while nothing new is known: times, counts, versions. */
const passing =
  /^(at|count|restartCount|resourceVersion|generation|observedGeneration|firstSeen|lastSeen|observations|revision|updatedAt|firstAt|lastAt|message|messages)$|(Time|Timestamp|At|TransitionTime)$/;

/** A hash of what is known, without counts, times, logs and measurements. */
export function gistOf(dossier: Dossier): string {
  const { incident, objects, edges, changes, events, checks, lookups } = dossier;
  const members = incident.members.map(
    ({ signal }) => `${signal.id} ${signal.symptom} ${signal.reason} ${signal.status}`,
  );
  const told = events.map((event) => `${entityKey(event.regarding)} ${event.reason}`);
  return hash64(
    JSON.stringify([
      incident.status,
      [...new Set(members)].sort(),
      objects.map((object) => JSON.stringify(object, withoutPassing)).sort(),
      edges.map((edge) => `${entityKey(edge.from)} ${edge.type} ${entityKey(edge.to)}`).sort(),
      changes.map((change) => change.id).sort(),
      [...new Set(told)].sort(),
      checks,
      lookups
        .map((lookup) => `${lookup.kind} ${lookup.status} ${lookup.subject ? entityKey(lookup.subject) : ''}`)
        .sort(),
    ]),
  );
}

function withoutPassing(key: string, value: unknown): unknown {
  return passing.test(key) ? undefined : value;
}
