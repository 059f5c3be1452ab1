// One alert, in any of the forms in which Prometheus and Alertmanager write it.
import { type AlertItem, type Item, isFields, type ReadContext, readTime, textIn, wrongShape } from '@winnow/contracts';
import { redactText } from '@winnow/redaction';
import { type AlertOptions, readingOptions } from './alert-options.ts';
import { readLabels, readTexts } from './read-labels.ts';

/** @param path of the alert in the payload, with its trailing dot: `[3].`; `status` is what the sender says of it, if anything. */
export function readAlert(
  raw: unknown,
  path: string,
  context: ReadContext,
  options: AlertOptions,
  status?: unknown,
): Item {
  if (!isFields(raw)) return wrongShape(context, path.slice(0, -1), 'an alert', raw);
  const labels = readLabels(raw.labels, `${path}labels`, readingOptions(options), context);
  if ('problem' in labels) return labels.problem;
  const annotations = readTexts(raw.annotations, `${path}annotations`, context);
  if ('problem' in annotations) return annotations.problem;
  const startsAt = readTime(raw.startsAt);
  if (startsAt === undefined && !isNoTime(raw.startsAt)) {
    return wrongShape(context, `${path}startsAt`, 'an RFC 3339 time', raw.startsAt);
  }
  const endsAt = readTime(raw.endsAt);
  if (endsAt === undefined && !isNoTime(raw.endsAt)) {
    return wrongShape(context, `${path}endsAt`, 'an RFC 3339 time', raw.endsAt);
  }
  const generatorURL = textIn(raw.generatorURL);
  return {
    type: 'alert',
    fingerprint: labels.value.fingerprint,
    status: statusOf(status, endsAt, context.at),
    labels: labels.value.labels,
    annotations: annotations.value,
    ...(startsAt !== undefined && { startsAt }),
    ...(endsAt !== undefined && { endsAt }),
    ...(generatorURL !== undefined && { generatorURL: redactText(generatorURL) }),
  };
}

/** Absent and zero times (0001-01-01) are no times; anything else must be one. */
export function isNoTime(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'string' && /^0001-01-01T00:00:00(?:\.0+)?(?:Z|\+00:00)$/.test(value);
}

/** What the sender says; where it says nothing, an end that is not after the arrival. */
function statusOf(told: unknown, endsAt: string | undefined, at: string): AlertItem['status'] {
  if (told === 'firing' || told === 'resolved') return told;
  // GET /api/v2/alerts: `{state: active | suppressed | unprocessed}`; it lists none that are resolved.
  if (isFields(told) && textIn(told.state)) return 'firing';
  return endsAt !== undefined && endsAt <= at ? 'resolved' : 'firing';
}
