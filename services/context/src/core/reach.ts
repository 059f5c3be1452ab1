// What an incident reaches besides its members: what depends on a member whose symptom harms whoever depends on it.
import { type EntityRef, entityKey, type Incident, type Reach, symptoms, workloadKinds } from '@winnow/contracts';
import { troubleOf } from './pod-trouble.ts';
import { refOf } from './select-objects.ts';
import type { Surroundings } from './surroundings.ts';

export function reachOf(incident: Incident, around: Surroundings): Reach {
  const harms = incident.members.some(({ signal }) => symptoms[signal.symptom].toCallers);
  return {
    affected: harms ? around.dependents.flatMap((ref) => workloadOf(ref, around)) : [],
    somePodsOnly: someWellPods(incident, around),
    ...(around.nodes > 0 && { nodes: around.nodes }),
  };
}

/** A pod counts as the workload that it belongs to. */
function workloadOf(ref: EntityRef, around: Surroundings): readonly EntityRef[] {
  if (!workloadKinds.has(ref.kind)) return [];
  const owner = around.objects.find(({ object }) => entityKey(refOf(object)) === entityKey(ref))?.owner;
  return [owner ?? ref];
}

/** True where pods of the members' workload are in trouble, and others of it are well. */
function someWellPods(incident: Incident, around: Surroundings): boolean {
  const members = new Set(incident.members.map(({ signal }) => entityKey(signal.entity)));
  const pods = around.objects.filter(
    ({ object, owner }) => object.kind === 'Pod' && owner && members.has(entityKey(owner)),
  );
  const troubled = pods.filter(({ object }) => troubleOf(object) > 0).length;
  return troubled > 0 && troubled < pods.length;
}
