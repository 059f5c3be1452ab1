// Which symptoms an object's own state shows.
import { type EntityRef, entityKey, type SymptomId } from '@winnow/contracts';
import type { Claim } from './claim.ts';
import { shownByAutoscaler } from './shown-by-autoscaler.ts';
import { shownByIngress } from './shown-by-ingress.ts';
import { shownByJob } from './shown-by-job.ts';
import { shownByNode } from './shown-by-node.ts';
import { shownByPod } from './shown-by-pod.ts';
import { shownByService } from './shown-by-service.ts';
import { shownByVolumeClaim } from './shown-by-volume-claim.ts';
import { shownByWorkload } from './shown-by-workload.ts';
import type { ObjectRow } from './state.ts';
import { msOf } from './time.ts';
import type { Turn } from './turn.ts';

export interface Shown extends Claim {
  /** What it looks like now: another stamp is another occurrence. */
  readonly stamp: string;
}

export interface Look {
  readonly shown: readonly Shown[];
  /** Look again at this time (arrival clock, milliseconds) though nothing arrives. */
  readonly recheck?: number | undefined;
}

export const healthy: Look = { shown: [] };

export function shownBy(turn: Turn, row: ObjectRow, owner: EntityRef): Look {
  const { object } = row;
  if (object.metadata.deletionTimestamp) return healthy;
  switch (object.kind) {
    case 'Pod':
      return shownByPod(turn, object, owner);
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'ReplicaSet':
      return shownByWorkload(turn, object, owner);
    case 'Job':
      return shownByJob(turn, object, owner);
    case 'Node':
      return shownByNode(object);
    case 'PersistentVolumeClaim':
      return shownByVolumeClaim(turn, object);
    case 'Service':
      return shownByService(turn, object);
    case 'Ingress':
      return shownByIngress(turn, object);
    case 'HorizontalPodAutoscaler':
      return shownByAutoscaler(object);
    default:
      return healthy;
  }
}

export interface Told {
  readonly entity: EntityRef;
  readonly subject?: EntityRef;
  readonly symptom: SymptomId;
  readonly reason: string | undefined;
  readonly message?: string | undefined;
  readonly since?: string | number | undefined;
  readonly stamp?: string | number | undefined;
  readonly settle?: number;
  readonly severity?: Claim['severity'];
  readonly attributes?: Readonly<Record<string, string | undefined>>;
}

/** A symptom as an object's state tells it. */
export function show(told: Told, what: string): Shown {
  const { entity, subject, symptom, reason, message, since, stamp, attributes, ...more } = told;
  const named = Object.entries(attributes ?? {}).filter((each): each is [string, string] => Boolean(each[1]));
  return {
    ...more,
    entity,
    ...(subject && entityKey(subject) !== entityKey(entity) && { subject }),
    symptom,
    reason: reason || symptom,
    message: message ?? '',
    since: typeof since === 'number' ? since : msOf(since),
    stamp: String(stamp ?? ''),
    attributes: Object.fromEntries(named),
    why: `state of ${what}`,
  };
}
