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

/** What is said about the incident itself; notes, responders and status updates change nothing of it. */
const telling =
  /^incident\.(triggered|acknowledged|unacknowledged|escalated|delegated|reassigned|reopened|priority_updated|service_updated|resolved)$/;
const severityOf: Readonly<Record<string, string>> = { high: 'critical', low: 'warning' };

/**
 * The incident as an alert whose identity is the incident's id. Types that say nothing about an incident's state, unknown ones and
 * the ping of a new webhook have no items.
 */
export function readPagerDuty(payload: unknown, context: ReadContext): Item[] {
  const event = isFields(payload) ? payload.event : undefined;
  if (!isFields(event)) return [wrongShape(context, 'event', 'an event of a V3 webhook', event)];
  const type = textIn(event.event_type);
  if (!type) return [wrongShape(context, 'event.event_type', 'a type such as incident.triggered', event.event_type)];
  if (!telling.test(type)) return [];
  const incident = fieldsOf(event.data);
  const id = textIn(incident.id);
  if (!id) return [wrongShape(context, 'event.data.id', "the incident's id", incident.id)];
  return [alertOf(event, incident, id, type === 'incident.resolved')];
}

function alertOf(event: JsonFields, incident: JsonFields, id: string, resolved: boolean): AlertItem {
  const title = redactText(textIn(incident.title) ?? `PagerDuty incident ${id}`);
  const urgency = textIn(incident.urgency);
  return {
    type: 'alert',
    fingerprint: hash64(`pagerduty\u00ff${id}`),
    status: resolved ? 'resolved' : 'firing',
    labels: known({
      alertname: title,
      pagerduty_incident: id,
      service: textIn(fieldsOf(incident.service).summary),
      priority: textIn(fieldsOf(incident.priority).summary),
      urgency,
      severity: urgency && severityOf[urgency],
    }) as Record<string, string>,
    annotations: known({ summary: title, pagerduty_event: textIn(event.id) }) as Record<string, string>,
    ...known({
      startsAt: readTime(incident.created_at) ?? readTime(event.occurred_at),
      endsAt: resolved ? readTime(event.occurred_at) : undefined,
      generatorURL: textIn(incident.html_url),
    }),
  };
}
