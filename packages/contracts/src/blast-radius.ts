// How far an incident reaches: one rule for the dossier and for readers that have no dossier yet.
import type { BlastRadius } from './dossier.ts';
import { type EntityRef, entityKey } from './entity.ts';
import type { Incident } from './incident.ts';

/** Kinds that run a service: what an operator calls a workload. */
export const workloadKinds: ReadonlySet<string> = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'CronJob',
  'Job',
  'ReplicaSet',
  'ReplicationController',
  'Rollout',
  'Pod',
]);

const clusterWide: ReadonlySet<string> = new Set(['control-plane', 'dns-failed']);

/** What a look at the cluster adds to what the members themselves tell. */
export interface Reach {
  /** Entities besides the members that trouble reaches: callers, pods of a node that is down. */
  readonly affected?: readonly EntityRef[];
  /** Nodes that the cluster has. */
  readonly nodes?: number;
  /** True where only some pods of the one workload are in trouble. */
  readonly somePodsOnly?: boolean;
}

/** The blast radius of an incident: counted over its members and what they are known to harm. */
export function blastRadiusOf(incident: Pick<Incident, 'members'>, reach: Reach = {}): BlastRadius {
  const members = incident.members.map((member) => member.signal.entity);
  const all = new Map([...members, ...(reach.affected ?? [])].map((ref) => [entityKey(ref), ref]));
  const workloads = count(all, (ref) => workloadKinds.has(ref.kind));
  const namespaces = new Set([...all.values()].flatMap((ref) => namespaceOf(ref) ?? [])).size;
  const nodes = count(all, (ref) => ref.kind === 'Node');
  const everywhere = incident.members.some((member) => clusterWide.has(member.signal.symptom));
  const mostNodes = nodes > 0 && nodes * 2 > (reach.nodes ?? Number.POSITIVE_INFINITY);
  return { scope: scopeOf(), workloads, namespaces, nodes };

  function scopeOf(): BlastRadius['scope'] {
    if (everywhere || mostNodes || namespaces > 3 || namespaces === 0) return 'cluster';
    if (namespaces > 1) return 'multi-namespace';
    if (workloads > 1 || holdsNamespace()) return 'namespace';
    const onlyPods = [...all.values()].every((ref) => ref.kind === 'Pod');
    return onlyPods || reach.somePodsOnly ? 'pod' : 'workload';
  }

  function holdsNamespace(): boolean {
    return [...all.values()].some((ref) => ref.kind === 'Namespace' || ref.kind === 'ResourceQuota');
  }
}

function count(all: ReadonlyMap<string, EntityRef>, fits: (ref: EntityRef) => boolean): number {
  return [...all.values()].filter(fits).length;
}

function namespaceOf(ref: EntityRef): string | undefined {
  return ref.kind === 'Namespace' ? ref.name : ref.namespace;
}
