// What a capture holds once it is read: slim facts, each once.
import {
  type AlertItem,
  type AuditItem,
  type Checks,
  type DependencyItem,
  type EventItem,
  entityKey,
  type Item,
  kindOf,
  latestTime,
  type MetricSeries,
  type ObjectItem,
  type Source,
  type UnreadableItem,
} from '@winnow/contracts';
import { compareAlerts, compareAudit, compareEvents, compareObjects, laterObject } from './order-items.ts';
import { createProblems } from './problems.ts';

/** Collects what the files hold. `source` is under which the ledger counts what cannot be read. */
export interface Contents {
  take(items: readonly Item[], source: Source): void;
  /** What can be read only once the capture's time is known. */
  later(read: (at: string) => void): void;
  /** Does what had to wait for the time. */
  settle(at: string): void;
  /** Times at which something is told to have happened. */
  saw(time: string | undefined): void;
  setMetrics(series: readonly MetricSeries[]): void;
  setChecks(checks: Checks): void;
  /** Sorted, whatever the order of the files was. */
  objects(): readonly ObjectItem[];
  events(): readonly EventItem[];
  alerts(): readonly AlertItem[];
  audit(): readonly AuditItem[];
  dependencies(): readonly DependencyItem[];
  unreadable(): ReadonlyMap<Source, readonly UnreadableItem[]>;
  metrics(): readonly MetricSeries[] | undefined;
  checks(): Checks | undefined;
  latest(): string | undefined;
  readonly problems: ReturnType<typeof createProblems>;
}

export function createContents(): Contents {
  const objects = new Map<string, ObjectItem>();
  const once = {
    event: new Map<string, EventItem>(),
    alert: new Map<string, AlertItem>(),
    audit: new Map<string, AuditItem>(),
  };
  const dependencies = new Map<string, DependencyItem>();
  const unreadable = new Map<Source, UnreadableItem[]>();
  const problems = createProblems();
  const waiting: ((at: string) => void)[] = [];
  let metrics: MetricSeries[] | undefined;
  let checks: Checks | undefined;
  let latest: string | undefined;

  function takeObject(item: ObjectItem): void {
    const { namespace, name } = item.object.metadata;
    const key = entityKey({ kind: kindOf(item.object), ...(namespace ? { namespace } : {}), name });
    const same = objects.get(key);
    objects.set(key, same ? laterObject(same, item) : item);
  }

  function takeUnreadable(item: UnreadableItem, source: Source): void {
    const same = unreadable.get(source);
    if (same) same.push(item);
    else unreadable.set(source, [item]);
  }

  function takeItem(item: Item, source: Source): void {
    if (item.type === 'object') takeObject(item);
    else if (item.type === 'event') once.event.set(identityOfEvent(item), item);
    else if (item.type === 'alert') once.alert.set(JSON.stringify(item), item);
    else if (item.type === 'audit') once.audit.set(`${item.auditID} ${item.stage}`, item);
    else if (item.type === 'dependency') dependencies.set(JSON.stringify([item.from, item.to]), item);
    else if (item.type === 'unreadable') takeUnreadable(item, source);
  }

  return {
    take(items, source) {
      problems.addUnreadable(items);
      for (const item of items) takeItem(item, source);
    },
    later: (read) => void waiting.push(read),
    settle(at) {
      for (const read of waiting.splice(0)) read(at);
    },
    saw(time) {
      latest = latestTime([latest, time]);
    },
    setMetrics(series) {
      metrics = [...(metrics ?? []), ...series];
    },
    setChecks(more) {
      checks = {
        connectivity: [...(checks?.connectivity ?? []), ...more.connectivity],
        nodeServices: [...(checks?.nodeServices ?? []), ...more.nodeServices],
      };
    },
    objects: () => [...objects.values()].sort((a, b) => compareObjects(a.object, b.object)),
    events: () => [...once.event.values()].sort(compareEvents),
    alerts: () => [...once.alert.values()].sort(compareAlerts),
    audit: () => [...once.audit.values()].sort(compareAudit),
    dependencies: () => [...dependencies.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item),
    unreadable: () => unreadable,
    metrics: () => metrics,
    checks: () => checks,
    latest: () => latest,
    problems,
  };
}

/** The same event may lie in several files: by its version, or word for word. */
function identityOfEvent(event: EventItem): string {
  return event.uid && event.resourceVersion ? `${event.uid} ${event.resourceVersion}` : JSON.stringify(event);
}
