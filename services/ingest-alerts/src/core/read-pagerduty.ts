// PagerDuty's V3 webhooks: one event about one incident a request.
import {
  type AlertItem,
  fieldsOf,
  hash64,
  type Item,
  isFields,
  type JsonFields,
  known,
  type ReadContext,
  readTime,
  textIn,
  wrongShape,
} from '@winnow/contracts';
import { redactText } from '@winnow/redaction';
import { type AlertOptions, readingOptions } from './alert-options.ts';
import { CLUSTER_NAME_EXPECTED, isClusterName } from './cluster-name.ts';
import type { Note } from './notes.ts';
import { readIncidentDetails } from './pagerduty-details.ts';
import { redactTexts } from './read-labels.ts';
import { turnTime } from './told-at.ts';

/** What is said about the incident itself; notes, responders and status updates change nothing of it. */
const telling =
  /^incident\.(triggered|acknowledged|unacknowledged|escalated|delegated|reassigned|reopened|priority_updated|service_updated|resolved)$/;
/** Types that say by themselves that it is open. The others may come after its end, and say how it stands. */
const opening = /^incident\.(triggered|acknowledged|unacknowledged|reopened)$/;
const severityOf: Readonly<Record<string, string>> = { high: 'critical', low: 'warning' };
const severityOfPriority = ['critical', 'critical', 'high', 'warning', 'info', 'info'] as const;

/**
 * The incident as an alert whose identity is the incident's id; labels of the monitoring behind it say what it is about. Types that
 * say nothing about an incident's state, unknown ones and the ping of a new webhook have no items.
 */
export function readPagerDuty(payload: unknown, context: ReadContext, options: AlertOptions = {}): Item[] {
  const event = isFields(payload) ? payload.event : undefined;
  if (!isFields(event)) return [wrongShape(context, 'event', 'an event of a V3 webhook', event)];
  const type = textIn(event.event_type);
  if (!type) return [wrongShape(context, 'event.event_type', 'a type such as incident.triggered', event.event_type)];
  if (!telling.test(type)) return [];
  const incident = fieldsOf(event.data);
  const id = textIn(incident.id);
  if (!id) return [wrongShape(context, 'event.data.id', "the incident's id", incident.id)];
  const resolved = type === 'incident.resolved' || (!opening.test(type) && incident.status === 'resolved');
  const alert = alertOf(event, incident, id, resolved, context);
  const { clusterLabel } = readingOptions(options);
  const cluster = alert.labels[clusterLabel];
  if (cluster === undefined || isClusterName(cluster)) return [alert];
  return [wrongShape(context, `event.data custom details ${clusterLabel}`, CLUSTER_NAME_EXPECTED, cluster)];
}

/** Why an event that was read has no items. */
export function notePagerDuty(payload: unknown): readonly Note[] {
  const type = textIn(fieldsOf(fieldsOf(payload).event).event_type);
  if (!type || telling.test(type)) return [];
  const reason = type === 'pagey.ping' ? 'ping' : /^(incident|service)\./.test(type) ? 'no-state' : 'unknown-type';
  return [{ kind: 'ignored', reason, count: 1 }];
}

function alertOf(
  event: JsonFields,
  incident: JsonFields,
  id: string,
  resolved: boolean,
  context: ReadContext,
): AlertItem {
  const title = redactText(textIn(incident.title)?.slice(0, 1000) ?? `PagerDuty incident ${id}`);
  const details = readIncidentDetails(incident);
  const occurredAt = readTime(event.occurred_at);
  return {
    type: 'alert',
    fingerprint: hash64(`pagerduty\u00ff${id}`),
    status: resolved ? 'resolved' : 'firing',
    labels: redactTexts(labelsOf(incident, id, title, details.labels)),
    annotations: redactTexts({
      ...details.annotations,
      ...(known({
        summary: details.annotations.summary ?? title,
        pagerduty_title: details.annotations.summary && title,
        pagerduty_event: textIn(event.id),
        pagerduty_type: textIn(event.event_type),
        incident_key: textIn(incident.incident_key),
        client_url: redacted(incident.client_url ?? fieldsOf(event.client).url),
      }) as Record<string, string>),
    }),
    ...known({
      startsAt: readTime(incident.created_at) ?? occurredAt,
      endsAt: resolved ? occurredAt : undefined,
      generatorURL: redacted(incident.html_url),
      toldAt: turnTime(occurredAt, context.at),
      telling: redacted(event.id),
    }),
  };
}

/** What people decided in PagerDuty (its priority) counts more than what the monitoring had said. */
function labelsOf(
  incident: JsonFields,
  id: string,
  title: string,
  told: Readonly<Record<string, string>>,
): Record<string, string> {
  const urgency = textIn(incident.urgency);
  const priority = textIn(fieldsOf(incident.priority).summary);
  const service = redacted(fieldsOf(incident.service).summary);
  const namesAnything = Object.keys(told).length > 0;
  const own = known({
    alertname: told.alertname ?? nameIn(title),
    pagerduty_incident: id,
    pagerduty_service: service,
    service: namesAnything ? told.service : service,
    priority,
    urgency,
    severity: severityByPriority(priority) ?? told.severity ?? (urgency && severityOf[urgency]),
  });
  return { ...told, ...own } as Record<string, string>;
}

/** `P1`, `SEV-2` → a severity. */
function severityByPriority(priority: string | undefined): string | undefined {
  const level = /^(?:p|sev[- ]?)([0-5])\b/i.exec(priority ?? '')?.[1];
  return level === undefined ? undefined : severityOfPriority[Number(level)];
}

/** Alertmanager's default title is `[FIRING:2] KubePodCrashLooping prod (cart critical …)`; others name the trouble as a whole. */
function nameIn(title: string): string {
  const bare = title.replace(/^\[(?:FIRING|RESOLVED)(?::\d+)?\]\s*/, '');
  const name = /^[A-Z][A-Za-z0-9_]*[a-z0-9][A-Za-z0-9_]*(?=\s|$)/.exec(bare)?.[0];
  return bare !== title && name ? name : bare || title;
}

function redacted(value: unknown): string | undefined {
  const text = textIn(value);
  return text && redactText(text.slice(0, 2000));
}
