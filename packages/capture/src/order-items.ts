// The order in which a capture's items arrive: by what they are, never by the files that they lie in.
import {
  type AlertItem,
  type AuditItem,
  type EventItem,
  type KubeObject,
  kindOf,
  type ObjectItem,
} from '@winnow/contracts';

/** What others refer to comes first; kinds that are not named here come before the workloads, which they may own. */
const early =
  'Namespace Node StorageClass PersistentVolume PersistentVolumeClaim ConfigMap Secret ServiceAccount ResourceQuota LimitRange'.split(
    ' ',
  );
const middle =
  'Service Endpoints EndpointSlice IngressClass Ingress NetworkPolicy PodDisruptionBudget HorizontalPodAutoscaler'.split(
    ' ',
  );
const late = 'Deployment StatefulSet DaemonSet CronJob Job ReplicaSet Pod'.split(' ');
const rank = new Map([...early, ...middle].map((kind, i) => [kind, i]));
for (const [i, kind] of late.entries()) rank.set(kind, 1000 + i);

const rankOf = (object: KubeObject) => rank.get(kindOf(object)) ?? 500;
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function by<T>(...keys: ((item: T) => string)[]): (a: T, b: T) => number {
  return (a, b) => {
    for (const key of keys) {
      const order = compare(key(a), key(b));
      if (order !== 0) return order;
    }
    return 0;
  };
}

export const compareObjects = (a: KubeObject, b: KubeObject) => rankOf(a) - rankOf(b) || byName(a, b);
const byName = by<KubeObject>(
  (object) => kindOf(object),
  (object) => object.metadata.namespace ?? '',
  (object) => object.metadata.name,
);

export const compareEvents = by<EventItem>(
  (event) => event.lastAt ?? '',
  (event) => event.uid ?? '',
  (event) => JSON.stringify(event),
);
export const compareAudit = by<AuditItem>(
  (entry) => entry.at ?? '',
  (entry) => entry.auditID,
  (entry) => entry.stage,
  (entry) => JSON.stringify(entry),
);
export const compareAlerts = by<AlertItem>(
  (alert) => alert.startsAt ?? '',
  (alert) => alert.fingerprint,
  (alert) => JSON.stringify(alert),
);

/** Of two states of one object the later one: by version, which grows with time in practice; else the one that tells more. */
export function laterObject(a: ObjectItem, b: ObjectItem): ObjectItem {
  const version = (item: ObjectItem) => Number(item.object.metadata.resourceVersion ?? Number.NaN);
  const [left, right] = [version(a), version(b)];
  if (left !== right && !Number.isNaN(left) && !Number.isNaN(right)) return left > right ? a : b;
  const [textA, textB] = [JSON.stringify(a.object), JSON.stringify(b.object)];
  if (textA.length !== textB.length) return textA.length > textB.length ? a : b;
  return textA >= textB ? a : b;
}
