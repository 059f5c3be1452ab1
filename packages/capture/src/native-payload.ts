// An arrival's items as the payload of its source: the inverse of the parsers.
import type { AlertItem, Item, Source } from '@winnow/contracts';
import { nativeAlerts, nativePagerDuty, nativeWebhook } from './native-alerts.ts';
import { nativeAudit } from './native-audit.ts';
import { nativeEvent, nativeMarker, nativeObject, watchedEvent } from './native-kubernetes.ts';

/** Undefined where an item has no form of this source. A payload of several is an array of them. */
export function nativePayload(source: Source, items: readonly Item[]): unknown {
  if (items.length === 0) return undefined;
  if (source === 'alertmanager.alerts' || source === 'alertmanager.webhook') return alertsOf(source, items);
  const payloads = items.map((item) => nativeOf(source, item));
  if (payloads.includes(undefined)) return undefined;
  return payloads.length === 1 ? payloads[0] : payloads;
}

function alertsOf(source: Source, items: readonly Item[]): unknown {
  const alerts = items.filter((item): item is AlertItem => item.type === 'alert');
  if (alerts.length < items.length) return undefined;
  return source === 'alertmanager.alerts' ? nativeAlerts(alerts) : nativeWebhook(alerts);
}

function nativeOf(source: Source, item: Item): unknown {
  if (source === 'kubernetes.event') return item.type === 'event' ? nativeEvent(item) : markOf(item);
  if (source === 'kubernetes.object') return watched(item);
  if (source === 'pagerduty.webhook') return item.type === 'alert' ? nativePagerDuty(item) : undefined;
  if (source === 'audit.event') return item.type === 'audit' ? nativeAudit(item) : undefined;
  return item.type === source ? withoutType(item) : undefined;
}

function watched(item: Item): unknown {
  if (item.type === 'object') return nativeObject(item);
  return item.type === 'event' ? watchedEvent(item) : markOf(item);
}

function markOf(item: Item): unknown {
  return item.type === 'list-begin' || item.type === 'list-end' ? nativeMarker(item) : undefined;
}

/** Dependencies, changes, operators' acts, heartbeats and look-ups are written as they are kept. */
function withoutType({ type: _, ...payload }: Item): unknown {
  return payload;
}
