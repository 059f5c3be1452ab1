// Events by workload and object. Those of an earlier object of the same name are left out.
import { type Dossier, type EntityRef, type EventItem, entityKey } from '@winnow/contracts';
import type { ObjectIndex } from './objects.ts';
import type { Workload, Workloads } from './workloads.ts';

export interface Events {
  /** About the workload, its ReplicaSets and its pods; newest last. */
  of(workload: Workload, ...reasons: readonly string[]): readonly EventItem[];
  about(ref: EntityRef, ...reasons: readonly string[]): readonly EventItem[];
  readonly all: readonly EventItem[];
}

export function readEvents(dossier: Dossier, objects: ObjectIndex, workloads: Workloads): Events {
  const all = dossier.events.filter((event) => event.deleted !== true && !isStale(event, objects));
  const byWorkload = group(all, (event) => entityKey(workloads.canonical(event.regarding)));
  const byEntity = group(all, (event) => entityKey(event.regarding));
  const pick = (events: readonly EventItem[] | undefined, reasons: readonly string[]) =>
    (events ?? []).filter((event) => reasons.length === 0 || reasons.includes(event.reason));
  return {
    all,
    of: (workload, ...reasons) => pick(byWorkload.get(workload.key), reasons),
    about: (ref, ...reasons) => pick(byEntity.get(entityKey(ref)), reasons),
  };
}

/** Two seconds, because objects' times are whole seconds and clocks differ a little. */
const SLACK_MS = 2_000;

function isStale(event: EventItem, objects: ObjectIndex): boolean {
  const kind = event.regarding.kind;
  if (kind !== 'Pod' && kind !== 'PersistentVolumeClaim' && kind !== 'ReplicaSet') return false;
  const object = objects.get(kind, event.regarding.namespace, event.regarding.name);
  if (event.regardingUid && object?.metadata.uid) return event.regardingUid !== object.metadata.uid;
  const created = Date.parse(object?.metadata.creationTimestamp ?? '');
  const last = Date.parse(event.lastAt ?? event.firstAt ?? '');
  return Number.isFinite(created) && Number.isFinite(last) && last < created - SLACK_MS;
}

function group(events: readonly EventItem[], keyOf: (event: EventItem) => string): Map<string, EventItem[]> {
  const groups = new Map<string, EventItem[]>();
  for (const event of events) {
    const key = keyOf(event);
    const list = groups.get(key);
    if (list) list.push(event);
    else groups.set(key, [event]);
  }
  return groups;
}
