// The bodies in which alerts come: what Prometheus posts, Alertmanager's webhook, Alertmanager's own list.
import { fieldsOf, type Item, isFields, numberIn, type ReadContext, wrongShape } from '@winnow/contracts';
import type { AlertOptions } from './alert-options.ts';
import type { Note } from './notes.ts';
import { readAlert } from './read-alert.ts';

/** The array that Prometheus posts to `/api/v2/alerts`. Its alerts have no status: an end that has come resolves them. */
export function readAlerts(payload: unknown, context: ReadContext, options: AlertOptions = {}): Item[] {
  if (!Array.isArray(payload)) return [wrongShape(context, '', 'a list of alerts', payload)];
  return payload.map((each, i) => readAlert(each, `[${i}].`, context, options));
}

/**
 * A webhook payload, version 4. A firing group can hold resolved alerts. `truncatedAlerts` says that some were left out: they are
 * unknown, not resolved.
 */
export function readWebhook(payload: unknown, context: ReadContext, options: AlertOptions = {}): Item[] {
  return readGroup(payload, '', context, options);
}

/** What the payload says was left out of it. */
export function noteWebhook(payload: unknown): readonly Note[] {
  const count = numberIn(fieldsOf(payload).truncatedAlerts) ?? 0;
  return count > 0 ? [{ kind: 'truncated', reason: 'max_alerts', count }] : [];
}

function readGroup(payload: unknown, path: string, context: ReadContext, options: AlertOptions): Item[] {
  if (!isFields(payload)) return [wrongShape(context, path.slice(0, -1), 'a webhook payload, version 4', payload)];
  const { alerts, status } = payload;
  if (!Array.isArray(alerts)) return [wrongShape(context, `${path}alerts`, 'a list of alerts', alerts)];
  return alerts.map((each, i) => readAlert(each, `${path}alerts[${i}].`, context, options, statusIn(each) ?? status));
}

/** The array of `GET /api/v2/alerts`, one webhook payload, or an array of those: what `alerts.json` of a capture holds. */
export function readAlertsApi(payload: unknown, context: ReadContext, options: AlertOptions = {}): Item[] {
  if (isFields(payload)) return readGroup(payload, '', context, options);
  if (!Array.isArray(payload)) return [wrongShape(context, '', 'alerts or webhook payloads', payload)];
  return payload.flatMap((each, i) =>
    isFields(each) && Array.isArray(each.alerts)
      ? readGroup(each, `[${i}].`, context, options)
      : [readAlert(each, `[${i}].`, context, options, statusIn(each))],
  );
}

function statusIn(alert: unknown): unknown {
  return isFields(alert) ? alert.status : undefined;
}
