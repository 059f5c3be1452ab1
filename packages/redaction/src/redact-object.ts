// Kubernetes objects as the API server writes them, by key and structure.
import { hash64 } from '@winnow/contracts';
import { REDACTED } from './mark.ts';
import { isRaw, mapEntries, type Raw, replaceFields } from './raw.ts';
import { redactPodSpec } from './redact-containers.ts';
import { redactText } from './redact-text.ts';
import { secretLooking } from './secret-names.ts';

/** ConfigMap values and annotations are cut here, after redaction. */
const valueLimit = 4096;
const annotationLimit = 1024;
/** Nothing that far behind the cut can be part of what is kept. */
const scanned = 16 * valueLimit;

function redactValue(key: string, value: string, limit: number): string {
  if (value === '') return value;
  return secretLooking(key) ? REDACTED : redactText(value.slice(0, scanned)).slice(0, limit);
}

/** Copies of the manifest would bring back what was dropped elsewhere. */
function redactAnnotations(annotations: unknown): unknown {
  if (!isRaw(annotations)) return annotations;
  const kept = Object.entries(annotations).filter(([key]) => !/last-applied|kopf\.zalando|managed-fields/.test(key));
  return mapEntries(Object.fromEntries(kept), (key, value) =>
    typeof value === 'string' ? redactValue(key, value, annotationLimit) : value,
  );
}

function redactMetadata(metadata: unknown): unknown {
  if (!isRaw(metadata)) return metadata;
  const { managedFields: _dropped, ...rest } = metadata;
  return replaceFields(rest, { annotations: redactAnnotations });
}

function redactTemplate(template: unknown): unknown {
  if (!isRaw(template)) return template;
  return replaceFields(template, { metadata: redactMetadata, spec: redactPodSpecOf });
}

function redactPodSpecOf(spec: unknown): unknown {
  return isRaw(spec) ? redactPodSpec(spec) : spec;
}

function redactSpec(spec: unknown): unknown {
  if (!isRaw(spec)) return spec;
  return replaceFields(redactPodSpec(spec), {
    template: redactTemplate,
    jobTemplate: (job) =>
      isRaw(job) ? replaceFields(job, { spec: (inner) => (isRaw(inner) ? redactSpec(inner) : inner) }) : job,
  });
}

/** Messages of conditions, of waiting and ended containers, of the phase. */
function redactMessages(value: unknown, depth = 0): unknown {
  if (Array.isArray(value)) return value.map((each) => redactMessages(each, depth));
  if (!isRaw(value) || depth > 8) return value;
  return mapEntries(value, (key, each) => {
    if (typeof each === 'string') return key === 'message' || key === 'reason' ? redactText(each) : each;
    return redactMessages(each, depth + 1);
  });
}

/** Only the names of the keys are left of a Secret. */
function secretKeys(raw: Raw): Raw {
  const { data, stringData, keys, ...rest } = raw;
  const named = [data, stringData].flatMap((part) => (isRaw(part) ? Object.keys(part) : []));
  const known = Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : [];
  return { ...rest, keys: [...new Set([...known, ...named])].sort() };
}

/** `hashes` tell whether a value changed, also behind the cut and behind a mark. */
function configData(raw: Raw): Raw {
  const { data, binaryData, hashes, ...rest } = raw;
  const texts = isRaw(data)
    ? Object.entries(data).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    : [];
  const binaries = isRaw(binaryData) ? Object.entries(binaryData) : [];
  const original = isRaw(hashes) ? Object.entries(hashes) : [];
  const hashed = [...texts, ...binaries].map(([key, value]) => [key, hash64(String(value))] as const);
  return {
    ...rest,
    data: Object.fromEntries(texts.map(([key, value]) => [key, redactValue(key, value, valueLimit)])),
    hashes: Object.fromEntries([...hashed, ...original]),
  };
}

/**
 * A Kubernetes object without its secrets: Secrets keep the names of their keys (`keys`), ConfigMaps their values redacted and cut
 * at 4 KiB beside `hashes` of the full ones; env, arguments, annotations and messages are redacted; managedFields and
 * last-applied copies are dropped. What is not an object comes back as it is.
 */
export function redactObject(raw: unknown): unknown {
  if (!isRaw(raw)) return raw;
  const kind = typeof raw.kind === 'string' ? raw.kind : '';
  const body = kind === 'Secret' ? secretKeys(raw) : kind === 'ConfigMap' ? configData(raw) : raw;
  return replaceFields(body, {
    metadata: redactMetadata,
    spec: redactSpec,
    status: redactMessages,
    template: kind === 'PodTemplate' ? redactTemplate : (each) => each,
  });
}
