// Who depends on whom, in workloads and Services: the dossier's edges, and what selectors, env and logs show.
import { type Dossier, type EdgeType, type EntityRef, entity, entityKey } from '@winnow/contracts';
import type { FailedCall } from './calls.ts';
import type { ObjectIndex } from './objects.ts';
import { matchesSelector } from './selectors.ts';
import type { Services } from './services.ts';
import { settingsOf } from './settings.ts';
import type { Workload, Workloads } from './workloads.ts';

export interface Step {
  readonly to: string;
  readonly ref: EntityRef;
  readonly type: EdgeType;
}

export interface Graph {
  /** What an entity (by key) depends on directly. */
  needs(key: string): readonly Step[];
  /** Who depends on it directly. */
  neededBy(key: string): readonly Step[];
  /** Hops from an entity to all that it depends on, at most `maxHops`; the entity itself is 0. `calls` tells whether a call was on the way. */
  reach(key: string): ReadonlyMap<string, { readonly hops: number; readonly calls: boolean }>;
}

const MAX_HOPS = 7;

export function buildGraph(
  dossier: Dossier,
  objects: ObjectIndex,
  workloads: Workloads,
  services: Services,
  failed: readonly FailedCall[],
): Graph {
  const forward = new Map<string, Map<string, Step>>();
  const backward = new Map<string, Map<string, Step>>();
  function link(from: EntityRef, to: EntityRef, type: EdgeType): void {
    const [a, b] = [entityKey(from), entityKey(to)];
    if (a === b) return;
    put(forward, a, { to: b, ref: to, type });
    put(backward, b, { to: a, ref: from, type });
  }
  for (const edge of dossier.edges)
    if (edge.type !== 'owns') link(workloads.canonical(edge.from), workloads.canonical(edge.to), edge.type);
  for (const service of services.all)
    for (const workload of service.selected) link(service.ref, workload.ref, 'selects');
  for (const workload of workloads.all) linkWorkload(workload);

  function linkWorkload(workload: Workload): void {
    for (const each of settingsOf(objects, workload)) {
      const service = each.target && services.resolve(each.target.host, each.target.port, workload.namespace).service;
      if (service) link(workload.ref, service.ref, 'calls');
    }
    for (const pod of workload.pods)
      if (pod.spec?.nodeName) link(workload.ref, entity('Node', undefined, pod.spec.nodeName), 'runs-on');
    for (const claim of claimsOf(workload)) link(workload.ref, claim, 'mounts');
  }

  const members = dossier.incident.members.map(({ signal }) => signal.entity);
  for (const { kind, namespace, name } of [...members, ...workloads.all.map((each) => each.ref)])
    if (namespace)
      link(workloads.canonical(entity(kind, namespace, name)), entity('Namespace', undefined, namespace), 'limits');
  for (const { caller, target } of failed) {
    const to = target.service ?? target.workload;
    if (to) link(caller.ref, to.ref, 'calls');
  }
  for (const policy of objects.all('NetworkPolicy'))
    for (const workload of workloads.all)
      if (
        workload.namespace === policy.metadata.namespace &&
        matchesSelector(policy.spec?.podSelector, workload.labels)
      )
        link(workload.ref, entity('NetworkPolicy', workload.namespace, policy.metadata.name), 'limits');
  for (const ingress of objects.all('Ingress'))
    for (const path of ingress.spec?.rules?.flatMap((rule) => rule.http?.paths ?? []) ?? []) {
      const name = path.backend?.service?.name ?? path.backend?.serviceName;
      const from = entity('Ingress', ingress.metadata.namespace, ingress.metadata.name);
      if (name) link(from, entity('Service', ingress.metadata.namespace, name), 'routes');
    }

  const cache = new Map<string, ReturnType<Graph['reach']>>();
  return {
    needs: (key) => [...(forward.get(key)?.values() ?? [])],
    neededBy: (key) => [...(backward.get(key)?.values() ?? [])],
    reach(key) {
      const known = cache.get(key) ?? walk(forward, key);
      cache.set(key, known);
      return known;
    },
  };
}

function put(map: Map<string, Map<string, Step>>, from: string, step: Step): void {
  const steps = map.get(from) ?? new Map<string, Step>();
  if (!steps.has(step.to)) steps.set(step.to, step);
  map.set(from, steps);
}

function walk(forward: ReadonlyMap<string, ReadonlyMap<string, Step>>, start: string): ReturnType<Graph['reach']> {
  const seen = new Map([[start, { hops: 0, calls: false }]]);
  const queue = [start];
  for (const key of queue) {
    const here = seen.get(key)!;
    if (here.hops >= MAX_HOPS) continue;
    for (const step of forward.get(key)?.values() ?? []) {
      if (seen.has(step.to)) continue;
      seen.set(step.to, { hops: here.hops + 1, calls: here.calls || step.type === 'calls' || step.type === 'routes' });
      queue.push(step.to);
    }
  }
  return seen;
}

export function claimsOf(workload: Workload): readonly EntityRef[] {
  const specs = [workload.spec, ...workload.pods.map((pod) => pod.spec)];
  const names = specs.flatMap((spec) =>
    (spec?.volumes ?? []).flatMap((each) => each.persistentVolumeClaim?.claimName ?? []),
  );
  return [...new Set(names)].map((name) => entity('PersistentVolumeClaim', workload.namespace, name));
}
