// Who is slow, and what else is known of him: reports at a workload and at the Services in front of it.
import type { Signal } from '@winnow/contracts';
import type { Workload } from './workloads.ts';
import type { World } from './world.ts';

/** The incident's symptoms at a workload and at the Services that lead to it. */
export function symptomsAround(workload: Workload, world: World): readonly Signal[] {
  const services = world.services.all.filter((each) => each.selected.includes(workload));
  return [workload.ref, ...services.map((each) => each.ref)].flatMap((ref) => world.symptomsAt(ref));
}

export function textOf(signal: Signal): string {
  return `${signal.reason} ${signal.messages.join(' ')} ${Object.values(signal.attributes).join(' ')}`;
}

export function slowSignal(workload: Workload, world: World): Signal | undefined {
  return symptomsAround(workload, world).find((each) => each.symptom === 'latency-high');
}

export function slowWorkloads(world: World): readonly Workload[] {
  return world.workloads.all.filter((each) => slowSignal(each, world) !== undefined);
}

/** The first one calls the second one, over however many others. */
export function dependsOn(one: Workload, other: Workload, world: World): boolean {
  return one !== other && world.graph.reach(one.key).has(other.key);
}

/** Series of a workload by the name of the metric. */
export function seriesOf(workload: Workload, name: RegExp, world: World): readonly (readonly number[])[] {
  const pods = new Set(workload.pods.map((pod) => pod.metadata.name));
  const services = new Set(
    world.services.all.filter((each) => each.selected.includes(workload)).map((each) => each.ref.name),
  );
  return world.dossier.metrics
    .filter(
      ({ metric }) =>
        name.test(metric.__name__ ?? '') && (metric.namespace ?? workload.namespace) === workload.namespace,
    )
    .filter(
      ({ metric }) =>
        pods.has(metric.pod ?? '') || services.has(metric.service ?? '') || metric.deployment === workload.name,
    )
    .map(({ values }) => values.map(([, value]) => Number(value)).filter(Number.isFinite));
}

/** How many times the usual (median of the first third) the end (median of the last third) is. */
export function rise(values: readonly number[]): number | undefined {
  if (values.length < 6) return undefined;
  const third = Math.floor(values.length / 3);
  const [before, after] = [median(values.slice(0, third)), median(values.slice(-third))];
  return before > 0 ? after / before : undefined;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
