// Everything that the modes look at, indexed once from a dossier.
import { type Change, type Dossier, type EntityRef, entityKey, type Signal, type SymptomId } from '@winnow/contracts';
import { type FailedCall, findFailedCalls } from './calls.ts';
import { type Events, readEvents } from './events.ts';
import { buildGraph, type Graph } from './graph.ts';
import { type Logs, readLogs } from './logs.ts';
import { indexObjects, type ObjectIndex } from './objects.ts';
import { findServices, type Services } from './services.ts';
import { type ContainerView, findWorkloads, type Workload, type Workloads } from './workloads.ts';

/** A symptom of the incident, laid at the workload (or Service, node, claim, …) that has it. */
export interface Member {
  readonly signal: Signal;
  readonly ref: EntityRef;
  readonly key: string;
}

export interface World {
  readonly dossier: Dossier;
  readonly objects: ObjectIndex;
  readonly workloads: Workloads;
  readonly containers: readonly ContainerView[];
  readonly services: Services;
  readonly events: Events;
  readonly logs: Logs;
  readonly graph: Graph;
  readonly calls: readonly FailedCall[];
  readonly members: readonly Member[];
  /** The incident's symptoms at an entity. */
  symptomsAt(ref: EntityRef): readonly Signal[];
  hasSymptom(ref: EntityRef, ...symptoms: readonly SymptomId[]): Signal | undefined;
  changesOf(ref: EntityRef): readonly Change[];
}

export function readWorld(dossier: Dossier): World {
  const partial = dossier.lookups.some((each) => /\bobjects left out\b/.test(each.message ?? ''));
  const objects = indexObjects(dossier.objects, partial);
  const workloads = findWorkloads(objects);
  const services = findServices(objects, workloads);
  const logs = readLogs(dossier, workloads);
  const calls = findFailedCalls(objects, workloads, services, logs);
  const members = dossier.incident.members.map(({ signal }) => {
    const ref = workloads.canonical(signal.entity);
    return { signal, ref, key: entityKey(ref) };
  });
  const symptomsAt = (ref: EntityRef) => {
    const key = entityKey(workloads.canonical(ref));
    return members.filter((each) => each.key === key).map((each) => each.signal);
  };
  const changes = new Map<string, Change[]>();
  for (const change of dossier.changes) {
    const key = entityKey(workloads.canonical(change.entity));
    changes.set(key, [...(changes.get(key) ?? []), change]);
  }
  return {
    dossier,
    objects,
    workloads,
    containers: workloads.all.flatMap((each: Workload) => each.containers),
    services,
    events: readEvents(dossier, objects, workloads),
    logs,
    graph: buildGraph(dossier, objects, workloads, services, calls),
    calls,
    members,
    symptomsAt,
    hasSymptom: (ref, ...symptoms) => symptomsAt(ref).find((each) => symptoms.includes(each.symptom)),
    changesOf: (ref) => changes.get(entityKey(workloads.canonical(ref))) ?? [],
  };
}
