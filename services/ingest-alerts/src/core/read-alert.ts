// One alert, in any of the forms in which Prometheus and Alertmanager write it.
import {
  type AlertItem,
  fieldsOf,
  type Item,
  isFields,
  known,
  type ReadContext,
  readTime,
  textIn,
  wrongShape,
} from '@winnow/contracts';
import { redactText } from '@winnow/redaction';
import { fingerprintOf } from './fingerprint.ts';
import { readLabels, readTexts } from './read-labels.ts';

export interface AlertOptions {
  /** Labels that tell the replicas of a highly available sender apart; none by default. */
  readonly replicaLabels?: readonly string[];
}

/** @param path of the alert in the payload, with its trailing dot: `[3].`; `told` is the status of the group that it came in. */
export function readAlert(
  raw: unknown,
  path: string,
  context: ReadContext,
  options: AlertOptions,
  told?: unknown,
): Item {
  if (!isFields(raw)) return wrongShape(context, path.slice(0, -1), 'an alert', raw);
  const labels = readLabels(raw.labels, `${path}labels`, options.replicaLabels ?? [], context);
  if ('problem' in labels) return labels.problem;
  const annotations = readTexts(raw.annotations, `${path}annotations`, context);
  if ('problem' in annotations) return annotations.problem;
  for (const field of ['startsAt', 'endsAt'] as const) {
    if (!isTime(raw[field])) return wrongShape(context, `${path}${field}`, 'an RFC 3339 time', raw[field]);
  }
  const startsAt = readTime(raw.startsAt);
  const endsAt = readTime(raw.endsAt);
  const generatorURL = textIn(raw.generatorURL);
  return {
    type: 'alert',
    fingerprint: fingerprintOf(labels.value),
    status: statusOf(raw.status, told, endsAt, context.at),
    labels: labels.value,
    annotations: annotations.value,
    ...known({ startsAt, endsAt, generatorURL: generatorURL && redactText(generatorURL) }),
  };
}

/** Absent and zero times (0001-01-01) are no times; anything else must be one. */
function isTime(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return (
    readTime(value) !== undefined ||
    (typeof value === 'string' && /^0001-01-01T00:00:00(?:\.0+)?(?:Z|\+00:00)$/.test(value))
  );
}

/** What the sender says; where it says nothing, an end that is not after the arrival. */
function statusOf(own: unknown, told: unknown, endsAt: string | undefined, at: string): AlertItem['status'] {
  // GET /api/v2/alerts: `{state: active | suppressed | unprocessed}`; it lists none that are resolved.
  if (textIn(fieldsOf(own).state)) return 'firing';
  const said = [own, told].find((each) => each === 'firing' || each === 'resolved');
  if (said === 'firing' || said === 'resolved') return said;
  return endsAt !== undefined && endsAt <= at ? 'resolved' : 'firing';
}
