// What the monitoring behind a PagerDuty incident said of it: its custom details, in the forms in which tools write them.
import { fieldsOf, isFields, type JsonFields, textIn } from '@winnow/contracts';
import { redactNamed } from './read-labels.ts';

export interface IncidentDetails {
  /** Those that all of its alerts share, redacted. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

type Texts = Record<string, string>;

/** Labels, and longer texts, that are read of one incident. */
const MOST = 64;
const LONGEST_LABEL = 253;
const labelName = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
/** Keys of Alertmanager's default details that hold whole alerts, or count them. */
const wholes = new Set(['firing', 'resolved', 'num_firing', 'num_resolved', 'alerts', 'labels', 'annotations']);

/** From the incident, wherever its details are: they differ by integration. Nothing where there are none. */
export function readIncidentDetails(incident: JsonFields): IncidentDetails {
  const { body, custom_details, details, first_trigger_log_entry } = incident;
  const { channel } = fieldsOf(first_trigger_log_entry);
  const places = [body, channel, incident.alert_details].flatMap((place) => {
    const fields = fieldsOf(place);
    return [fields.details, fields.custom_details, fieldsOf(fields.cef_details).details];
  });
  for (const place of [custom_details, details, ...places]) {
    const found = detailsIn(place);
    if (found) return found;
  }
  return { labels: {}, annotations: {} };
}

function detailsIn(place: unknown): IncidentDetails | undefined {
  if (!isFields(place)) return undefined;
  const sets = [...alertsIn(place.firing), ...alertsIn(place.alerts)];
  if (sets.length === 0) sets.push(...alertsIn(place.resolved));
  if (isFields(place.labels)) sets.push({ labels: textsIn(place.labels), annotations: textsIn(place.annotations) });
  const flat = splitByLength(textsIn(Object.fromEntries(Object.entries(place).filter(([name]) => !wholes.has(name)))));
  if (sets.length === 0 && Object.keys({ ...flat.labels, ...flat.annotations }).length === 0) return undefined;
  return {
    labels: { ...flat.labels, ...common(sets.map(({ labels }) => labels)) },
    annotations: { ...flat.annotations, ...common(sets.map(({ annotations }) => annotations)) },
  };
}

/** Alerts as objects, or in Alertmanager's default text: `Labels:`, ` - name = value`, `Annotations:`, `Source: …`. */
function alertsIn(value: unknown): IncidentDetails[] {
  if (typeof value === 'string') return alertsInText(value.slice(0, 64 * 1024));
  if (!Array.isArray(value)) return [];
  return value
    .filter(isFields)
    .slice(0, MOST)
    .map(({ labels, annotations }) => ({ labels: textsIn(labels), annotations: textsIn(annotations) }));
}

function alertsInText(text: string): IncidentDetails[] {
  const alerts: { labels: Texts; annotations: Texts }[] = [];
  let into: Texts | undefined;
  for (const line of text.split('\n')) {
    if (/^\s*Labels:/.test(line)) {
      const alert = { labels: {}, annotations: {} };
      into = alert.labels;
      alerts.push(alert);
    } else if (/^\s*Annotations:/.test(line)) into = alerts.at(-1)?.annotations;
    else if (/^\s*Source:/.test(line)) into = undefined;
    else {
      const [, name = '', value = ''] = /^\s*-\s*([^\s=]{1,128})\s*=\s?(.*)$/.exec(line) ?? [];
      if (into && labelName.test(name) && value.trim() !== '') into[name] = redactNamed(name, value.trim());
    }
  }
  return alerts;
}

function textsIn(value: unknown): Texts {
  const texts: Texts = {};
  for (const [name, each] of Object.entries(fieldsOf(value)).slice(0, MOST)) {
    const text = textIn(each);
    if (text && labelName.test(name) && name !== '__proto__') texts[name] = redactNamed(name, text);
  }
  return texts;
}

/** What is short enough to name something may be a label. */
function splitByLength(texts: Texts): IncidentDetails {
  const isShort = ([, text]: readonly [string, string]) => text.length <= LONGEST_LABEL;
  const entries = Object.entries(texts);
  return {
    labels: Object.fromEntries(entries.filter(isShort)),
    annotations: Object.fromEntries(entries.filter((entry) => !isShort(entry))),
  };
}

/** As Alertmanager's commonLabels: what every one of them has, with the same value. */
function common(sets: readonly Readonly<Texts>[]): Texts {
  const [first = {}, ...others] = sets;
  return Object.fromEntries(
    Object.entries(first).filter(([name, text]) => others.every((other) => other[name] === text)),
  );
}
