// Datadog's webhooks: one turn of one monitor a request, in the default payload or in one of its user's own, by the names of its variables.
import {
  type AlertItem,
  CLUSTER_LABEL,
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
import { labelsOfTags } from './datadog-tags.ts';
import type { Note } from './notes.ts';
import { redactTexts } from './read-labels.ts';
import { turnTime } from './told-at.ts';

/**
 * The monitor's group as an alert. What the payload lacks is read from the title, which starts `[Triggered on {…}]` or `[Recovered …]`.
 * An event that is none of a monitor has no items.
 */
export function readDatadog(payload: unknown, context: ReadContext, options: AlertOptions = {}): Item[] {
  if (!isFields(payload)) return [wrongShape(context, '', 'an object of Datadog variables', payload)];
  const told = tellingOf(payload);
  if (!told.title) return [wrongShape(context, 'title', 'the title of the event ($EVENT_TITLE)', payload.title)];
  if (told.transition === undefined) return [];
  const { clusterLabel } = readingOptions(options);
  const alert = alertOf(told, told.transition, clusterLabel, context);
  const cluster = alert.labels[clusterLabel];
  if (cluster === undefined || isClusterName(cluster)) return [alert];
  return [wrongShape(context, 'tags kube_cluster_name', CLUSTER_NAME_EXPECTED, cluster)];
}

/** Why an event that was read has no items. */
export function noteDatadog(payload: unknown): readonly Note[] {
  if (!isFields(payload)) return [];
  const { title, transition } = tellingOf(payload);
  return title && transition === undefined ? [{ kind: 'ignored', reason: 'no-monitor', count: 1 }] : [];
}

type Transition = 'triggered' | 'warn' | 'no data' | 'recovered';

interface Telling {
  readonly title: string | undefined;
  /** The title without the turn that it begins with: the same at the end as at the start. */
  readonly name: string;
  readonly transition: Transition | undefined;
  readonly values: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** Own payloads use the names of the variables, in any case, with or without `alert_` and `event_`. */
function tellingOf(payload: JsonFields): Telling {
  const values = valuesOf(payload);
  const title = values.title ?? values.alert_title ?? values.event_title;
  const [head = '', turn] = /^\[((?:Re-)?(?:Triggered|Warn|No Data|Recovered)|Renotify)\b/i.exec(title ?? '') ?? [];
  const scoped =
    title?.slice(head.length).replace(/^\s*(?:on\s*)?(\{[^}]*\})?\]\s*/, (_, scope = '') => `${scope} `) ?? '';
  return {
    title,
    name: (head === '' ? (title ?? '') : scoped).trim(),
    transition: transitionOf(values.alert_transition ?? values.transition ?? turn, values.alert_type),
    values,
    tags: { ...labelsOfTags(tagsIn(payload)), ...labelsOfTags(values.alert_scope ?? values.scopes ?? values.scope) },
  };
}

function tagsIn(payload: JsonFields): string | readonly unknown[] | undefined {
  const tags = payload.tags ?? payload.TAGS ?? payload.event_tags;
  return typeof tags === 'string' || Array.isArray(tags) ? tags : undefined;
}

/** Texts and numbers by lower-cased name. A variable that has no value comes as `null`, or as its own name. */
function valuesOf(payload: JsonFields): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(payload)) {
    const text = typeof value === 'number' ? String(value) : textIn(value);
    if (text && text !== 'null' && !/^\$[A-Z_]+$/.test(text) && name !== '__proto__') values[name.toLowerCase()] = text;
  }
  return values;
}

function transitionOf(told: string | undefined, type: string | undefined): Transition | undefined {
  const turn = told?.toLowerCase().replace(/^re-?/, '') ?? '';
  if (turn === 'covered') return 'recovered';
  if (turn === 'triggered' || turn === 'notify' || turn === 'alert') return 'triggered';
  if (turn === 'warn' || turn === 'no data') return turn;
  if (told !== undefined) return undefined;
  if (type === 'success') return 'recovered';
  return type === 'error' ? 'triggered' : type === 'warning' ? 'warn' : undefined;
}

function alertOf(
  { name, values, tags }: Telling,
  turn: Transition,
  clusterLabel: string,
  context: ReadContext,
): AlertItem {
  const resolved = turn === 'recovered';
  const toldAt = turnTime(timeIn(values.last_updated) ?? timeIn(values.date), context.at);
  const { cluster, ...others } = tags;
  const alertname = redactText(name.replace(/^\{[^}]*\}\s*/, '').slice(0, 500)) || 'Datadog monitor';
  return {
    type: 'alert',
    fingerprint: hash64(`datadog\u00ff${identityOf(name, values)}`),
    status: resolved ? 'resolved' : 'firing',
    labels: redactTexts({
      ...others,
      ...(known({
        [clusterLabel]: others[clusterLabel] ?? cluster,
        [CLUSTER_LABEL]: cluster,
        alertname,
        instance: others.instance ?? values.hostname,
        severity: severityOf(values, turn),
        datadog_monitor: values.alert_id ?? values.monitor_id,
        reason: turn === 'no data' ? 'NoData' : undefined,
      }) as Record<string, string>),
    }),
    annotations: annotationsOf(values),
    ...known({
      startsAt: resolved ? undefined : timeIn(values.date),
      endsAt: resolved ? toldAt : undefined,
      generatorURL: redacted(values.link ?? values.url, 2_000),
      toldAt,
      telling: redacted(values.id, 500),
    }),
  };
}

/** The monitor and the group of it, in what stays the same from its start to its end. */
function identityOf(name: string, values: Telling['values']): string {
  const monitor = values.alert_id ?? values.monitor_id ?? '';
  const group = values.aggreg_key ?? values.alert_scope ?? values.scopes ?? values.scope;
  if (group !== undefined) return `${monitor}\u00ff${group}`;
  return values.alert_cycle_key ?? `${monitor}\u00ff${values.hostname ?? ''}\u00ff${name}`;
}

/** The priority that people gave the monitor, else the kind of turn. */
function severityOf(values: Telling['values'], transition: Transition): string | undefined {
  const priority = /^P[1-5]$/i.exec(values.alert_priority ?? values.severity ?? '')?.[0];
  if (priority) return priority.toLowerCase();
  if (transition === 'warn' || values.alert_type === 'warning') return 'warning';
  return values.alert_type === 'error' || transition === 'triggered' ? 'error' : undefined;
}

function annotationsOf(values: Telling['values']): Record<string, string> {
  const { body, event_msg, alert_query, query, alert_metric, alert_status } = values;
  return known({
    description: redacted((body ?? event_msg ?? values.text_only_msg)?.replace(/^%%%\s*|\s*%%%$/g, ''), 8_000),
    summary: redacted(alert_status, 1_000),
    query: redacted(alert_query ?? query, 2_000),
    metric: redacted(alert_metric, 500),
  }) as Record<string, string>;
}

function redacted(text: string | undefined, limit: number): string | undefined {
  return text === undefined ? undefined : redactText(text.slice(0, limit));
}

/** Milliseconds or seconds since the epoch, or RFC 3339. */
function timeIn(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{9,13}(?:\.\d+)?$/.test(text)) return readTime(text);
  const number = Number(text);
  return new Date(number < 1e11 ? number * 1000 : number).toISOString();
}
