// Whose logs are read: pods of the members, then of what they depend on and what depends on them, within the container budget.
import { entityKey, type Pod } from '@winnow/contracts';
import { HOPS, MAX_LOG_CONTAINERS, MAX_LOG_PODS_PER_WORKLOAD } from './budget.ts';
import { compareTrouble, mayHaveLogs } from './pod-trouble.ts';
import { refOf } from './select-objects.ts';
import type { NearObject, Surroundings } from './surroundings.ts';

/** The pods to read, nearest first; of each workload those in trouble. */
export function choosePods(around: Surroundings): readonly Pod[] {
  const groups = Map.groupBy(around.objects.filter(isReadable), workloadOf);
  const chosen = [...groups.values()].flatMap((group) =>
    group.toSorted((a, b) => compareTrouble(a.object, b.object)).slice(0, MAX_LOG_PODS_PER_WORKLOAD),
  );
  const kept: Pod[] = [];
  let containers = 0;
  for (const { object } of chosen) {
    if (object.kind !== 'Pod') continue;
    containers += Math.max(1, object.spec?.containers?.length ?? 1);
    if (containers > MAX_LOG_CONTAINERS) break;
    kept.push(object);
  }
  return kept;
}

/** Neighbours and bystanders, which nothing leads to, have nothing to say. */
function isReadable({ object, near }: NearObject): boolean {
  return object.kind === 'Pod' && near <= HOPS && mayHaveLogs(object);
}

function workloadOf({ object, owner }: NearObject): string {
  return entityKey(owner ?? refOf(object));
}
