// JSON of which nothing is known but that it may hold secrets: recorded look-ups, declared changes, operators' words.
import { REDACTED } from './mark.ts';
import { isRaw, mapEntries } from './raw.ts';
import { redactObject } from './redact-object.ts';
import { redactText } from './redact-text.ts';
import { secretLooking } from './secret-names.ts';

const deepest = 64;

function redactAt(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > deepest) return REDACTED;
  if (Array.isArray(value)) return value.map((each) => redactAt(each, depth + 1));
  if (!isRaw(value)) return value;
  const raw = typeof value.kind === 'string' && isRaw(value.metadata) ? (redactObject(value) as typeof value) : value;
  return mapEntries(raw, (key, each) =>
    typeof each === 'string' && each !== '' && secretLooking(key) ? REDACTED : redactAt(each, depth + 1),
  );
}

/** Any JSON: texts by shape, values under names of secrets by name, Kubernetes objects by their structure. */
export function redactJson(value: unknown): unknown {
  return redactAt(value, 0);
}
