// What records of a log tell of one cluster, taken together: its state at the last of them, as a capture holds it.
import {
  type AlertItem,
  type AuditItem,
  type DependencyItem,
  type Envelope,
  type EventItem,
  entityKey,
  type Item,
  type KubeObject,
  kindOf,
  type ListMarkerItem,
  type LogExcerpt,
  type LookupResult,
  logExcerptSchema,
} from '@winnow/contracts';

export interface CaptureFold {
  take(envelope: Envelope): void;
  /** Logs that were looked up; the latest of a container counts. */
  takeResult(result: LookupResult): void;
  objects(): readonly KubeObject[];
  events(): readonly EventItem[];
  /** Those that fire. */
  alerts(): readonly AlertItem[];
  audit(): readonly AuditItem[];
  dependencies(): readonly DependencyItem[];
  logs(): readonly LogExcerpt[];
  /** The time of the last record; empty where there was none. */
  readonly at: string;
}

export function createCaptureFold(): CaptureFold {
  const objects = createListedObjects();
  const events = new Map<string, EventItem>();
  const alerts = new Map<string, AlertItem>();
  const audit = new Map<string, AuditItem>();
  const dependencies = new Map<string, DependencyItem>();
  const logs = new Map<string, LogExcerpt>();
  let at = '';

  function takeItem(item: Item): void {
    if (item.type === 'object') objects.take(item.object, item.change === 'DELETED');
    else if (item.type === 'list-begin' || item.type === 'list-end') objects.mark(item);
    // An event that is removed has come to the end of its time; what it told stands.
    else if (item.type === 'event') events.set(item.uid ?? JSON.stringify(item), item);
    else if (item.type === 'alert') takeAlert(item);
    else if (item.type === 'audit') audit.set(`${item.auditID} ${item.stage}`, item);
    else if (item.type === 'dependency') dependencies.set(JSON.stringify([item.from, item.to]), item);
  }

  function takeAlert(alert: AlertItem): void {
    if (alert.status === 'firing') alerts.set(alert.fingerprint, alert);
    else alerts.delete(alert.fingerprint);
  }

  return {
    take(envelope) {
      if (envelope.at > at) at = envelope.at;
      for (const item of envelope.items) takeItem(item);
    },
    takeResult({ kind, status, value }) {
      if (kind !== 'logs' || status !== 'ok' || !Array.isArray(value)) return;
      for (const each of value) {
        const log = logExcerptSchema.safeParse(each);
        if (log.success)
          logs.set(JSON.stringify([log.data.namespace, log.data.pod, log.data.container, log.data.previous]), log.data);
      }
    },
    objects: objects.list,
    events: () => [...events.values()].map(({ deleted: _, ...event }) => event),
    alerts: () => [...alerts.values()].filter((alert) => alert.endsAt === undefined || alert.endsAt > at),
    audit: () => [...audit.values()],
    dependencies: () => [...dependencies.values()],
    logs: () => [...logs.values()],
    get at() {
      return at;
    },
  };
}

/** Objects as watches tell of them: what a list of all of its kind no longer holds is gone. */
function createListedObjects() {
  const held = new Map<string, KubeObject>();
  const lists = new Map<string, Set<string>>();
  const keyOf = (object: KubeObject) =>
    entityKey({ kind: kindOf(object), namespace: object.metadata.namespace, name: object.metadata.name });
  const listOf = (kind: string, namespace: string | undefined) => `${kind}/${namespace ?? ''}`;

  function endList({ kind, namespace }: ListMarkerItem): void {
    const listed = lists.get(listOf(kind, namespace));
    lists.delete(listOf(kind, namespace));
    if (!listed) return;
    for (const [key, object] of held) {
      const ofList = kindOf(object) === kind && (namespace === undefined || object.metadata.namespace === namespace);
      if (ofList && !listed.has(key)) held.delete(key);
    }
  }

  return {
    take(object: KubeObject, deleted: boolean): void {
      const key = keyOf(object);
      if (deleted) held.delete(key);
      else held.set(key, object);
      for (const namespace of [undefined, object.metadata.namespace])
        lists.get(listOf(kindOf(object), namespace))?.add(key);
    },
    mark(marker: ListMarkerItem): void {
      if (marker.type === 'list-begin') lists.set(listOf(marker.kind, marker.namespace), new Set());
      else endList(marker);
    },
    list: (): readonly KubeObject[] => [...held.values()],
  };
}
