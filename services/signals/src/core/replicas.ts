// How many replicas a workload lacks.
import type { KubeObject } from '@winnow/contracts';

export type Workload = Extract<KubeObject, { kind: 'Deployment' | 'ReplicaSet' | 'StatefulSet' | 'DaemonSet' }>;

export function wantedReplicas(object: Workload): number | undefined {
  return object.kind === 'DaemonSet'
    ? object.status?.desiredNumberScheduled
    : (object.spec?.replicas ?? (object.spec ? 1 : undefined));
}

/** Undefined where its status is unknown. */
export function missingReplicas(object: Workload): number | undefined {
  const wanted = wantedReplicas(object);
  if (wanted === undefined || !object.status) return undefined;
  const ready = object.kind === 'DaemonSet' ? object.status.numberReady : object.status.readyReplicas;
  return Math.max(0, wanted - (ready ?? 0));
}

/** How many pods it has not been able to make; undefined where its status is unknown. */
export function uncreatedReplicas(object: Workload): number | undefined {
  const wanted = wantedReplicas(object);
  if (wanted === undefined || !object.status) return undefined;
  const made = object.kind === 'DaemonSet' ? object.status.currentNumberScheduled : object.status.replicas;
  return Math.max(0, wanted - (made ?? 0));
}
