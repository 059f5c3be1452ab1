import { type Item, isFields, type JsonFields, type ReadContext, textIn, wrongShape } from '@winnow/contracts';
import { REDACTED, redactText, secretLooking } from '@winnow/redaction';
import type { ReadingOptions } from './alert-options.ts';
import { CLUSTER_NAME_EXPECTED, isClusterName } from './cluster-name.ts';
import { fingerprintOf } from './fingerprint.ts';
import { type KnownLabels, recallLabels, rememberLabels, textOfLabels } from './known-labels.ts';

type Labels = Record<string, string>;
export type Read<T> = { readonly value: T } | { readonly problem: Item };

/** A map of texts, redacted; empty values are as good as absent. */
export function readTexts(value: unknown, field: string, context: ReadContext): Read<Labels> {
  if (value === undefined || value === null) return { value: {} };
  if (!isFields(value)) return { problem: wrongShape(context, field, 'an object of texts', value) };
  const texts: Labels = {};
  for (const name of Object.keys(value)) {
    const text = value[name];
    if (typeof text !== 'string')
      return { problem: wrongShape(context, `${field}.${name.slice(0, 100)}`, 'a text', text) };
    if (text !== '' && name !== '__proto__') texts[name] = redactNamed(name, text);
  }
  return { value: texts };
}

/** `password` names a secret; `secret` by itself names the Secret that an alert is about. */
export function redactNamed(name: string, text: string): string {
  return namesSecret(name) ? REDACTED : redactText(text);
}

/** What was found out about names: senders use few. */
const judged = new Map<string, boolean>();
const MOST_JUDGED = 4_096;

function namesSecret(name: string): boolean {
  const known = judged.get(name);
  if (known !== undefined) return known;
  if (judged.size >= MOST_JUDGED) judged.clear();
  const found = name !== 'secret' && secretLooking(name);
  judged.set(name.slice(0, 200), found);
  return found;
}

/** All of them: what was put together from an event is redacted as a whole. */
export function redactTexts(texts: Readonly<Labels>): Labels {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, redactNamed(name, text)]));
}

/** The labels of an alert and its fingerprint, without those that only tell which replica of the sender it was. */
export function readLabels(
  value: unknown,
  field: string,
  options: ReadingOptions,
  context: ReadContext,
): Read<KnownLabels> {
  if (!isFields(value)) return { problem: wrongShape(context, field, 'an object of texts', value) };
  const text = textOfLabels(value, options);
  const known = recallLabels(text);
  if (known) return { value: known };
  const made = makeLabels(value, field, options, context);
  return 'problem' in made ? made : { value: rememberLabels(text, made.value) };
}

/** The same, of labels that nobody has read before. */
export function makeLabels(
  value: JsonFields,
  field: string,
  { replicaLabels, clusterLabel }: ReadingOptions,
  context: ReadContext,
): Read<KnownLabels> {
  const labels = readTexts(value, field, context);
  if ('problem' in labels) return labels;
  for (const replica of replicaLabels) delete labels.value[replica];
  const { [clusterLabel]: cluster, alertname } = labels.value;
  if (textIn(alertname) === undefined)
    return { problem: wrongShape(context, `${field}.alertname`, 'the name of the alert', value.alertname) };
  if (cluster !== undefined && !isClusterName(cluster))
    return { problem: wrongShape(context, `${field}.${clusterLabel}`, CLUSTER_NAME_EXPECTED, cluster) };
  return { value: { labels: labels.value, fingerprint: fingerprintOf(labels.value) } };
}
