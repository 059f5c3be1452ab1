import { type Item, isFields, type ReadContext, textIn, wrongShape } from '@winnow/contracts';
import { redactText } from '@winnow/redaction';
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
    if (text !== '' && name !== '__proto__') texts[name] = redactText(text);
  }
  return { value: texts };
}

/** The labels of an alert and its fingerprint, without those that only tell which replica of the sender it was. */
export function readLabels(
  value: unknown,
  field: string,
  replicas: readonly string[],
  context: ReadContext,
): Read<KnownLabels> {
  if (!isFields(value)) return { problem: wrongShape(context, field, 'an object of texts', value) };
  const text = textOfLabels(value, replicas);
  const known = recallLabels(text);
  if (known) return { value: known };
  const labels = readTexts(value, field, context);
  if ('problem' in labels) return labels;
  for (const replica of replicas) delete labels.value[replica];
  if (textIn(labels.value.alertname) !== undefined) return { value: rememberLabels(text, labels.value) };
  return { problem: wrongShape(context, `${field}.alertname`, 'the name of the alert', value.alertname) };
}
