// CDEvents' incidents (https://cdevents.dev): detected by monitoring or reported by people, and resolved.
import {
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
import { readLabels } from './read-labels.ts';
import { turnTime } from './told-at.ts';

/** The predicate, whatever the version behind it. */
export const incidentPattern = /^dev\.cdevents\.incident\.(detected|reported|resolved)(?:\.|$)/;

export function readCdIncident(event: JsonFields, path: string, context: ReadContext, options: AlertOptions): Item {
  const { context: about, subject, customData } = fieldsOf(event.data);
  if (!isFields(subject)) return wrongShape(context, `${path}.subject`, 'the incident of a CDEvent', subject);
  const id = textIn(subject.id);
  if (!id) return wrongShape(context, `${path}.subject.id`, "the incident's id", subject.id);
  const content = fieldsOf(subject.content);
  const source = textIn(subject.source) ?? textIn(fieldsOf(about).source) ?? String(event.source);
  const custom = fieldsOf(fieldsOf(customData).labels);
  const sent = { ...labelsOf(content, event, id), ...custom };
  const labels = readLabels(sent, `${path}.customData.labels`, readingOptions(options), context);
  if ('problem' in labels) return labels.problem;
  const toldAt = turnTime(readTime(event.time) ?? readTime(fieldsOf(about).timestamp), context.at);
  const resolved = incidentPattern.exec(String(event.type))?.[1] === 'resolved';
  return {
    type: 'alert',
    fingerprint: hash64(`cdevents\u00ff${source}\u00ff${id}`),
    status: resolved ? 'resolved' : 'firing',
    labels: labels.value.labels,
    annotations: known({
      summary: redacted(content.description),
      ticket: redacted(content.ticketURI),
      artifact: redacted(content.artifactId),
    }) as Record<string, string>,
    ...known({ startsAt: resolved ? undefined : toldAt, endsAt: resolved ? toldAt : undefined, toldAt }),
    telling: redactText(`${String(event.source).slice(0, 500)} ${String(event.id).slice(0, 500)}`),
  };
}

/** A service is `name` with its namespace last in its source (`cluster-a/shop`), or `namespace/name`. */
function labelsOf(content: JsonFields, event: JsonFields, incident: string): Record<string, string> {
  const service = fieldsOf(content.service);
  // Redacted before they are taken apart: a part of a URL does not look like one.
  const [id, source] = [redacted(service.id) ?? '', redacted(service.source) ?? ''];
  const [name, within] = id.split('/').reverse();
  const places = source.split('/').filter((part) => part !== '');
  const space = within || (places.length > 1 && !source.includes('://') ? places.at(-1) : undefined);
  return known({
    alertname: (textIn(content.description) ?? `Incident ${incident}`).slice(0, 300),
    service: name || undefined,
    namespace: name ? space : undefined,
    environment: textIn(fieldsOf(content.environment).id),
    cluster: textIn(event.cluster),
    incident: incident.slice(0, 300),
  }) as Record<string, string>;
}

function redacted(value: unknown): string | undefined {
  const text = textIn(value);
  return text && redactText(text.slice(0, 4_000));
}
