// Env values, arguments and commands of containers. References to Secrets stay: they are names.
import { REDACTED } from './mark.ts';
import { isRaw, mapArray, type Raw, replaceFields } from './raw.ts';
import { redactText } from './redact-text.ts';
import { secretLooking } from './secret-names.ts';

function redactEnv(entry: unknown): unknown {
  if (!isRaw(entry) || typeof entry.value !== 'string' || entry.value === '') return entry;
  const hide = typeof entry.name === 'string' && secretLooking(entry.name) && !/^(?:true|false)$/i.test(entry.value);
  return { ...entry, value: hide ? REDACTED : redactText(entry.value) };
}

/** `--password s3cret` are two arguments; `--password=s3cret` is one. */
function redactArguments(all: unknown): unknown {
  if (!Array.isArray(all)) return all;
  return all.map((each: unknown, i) => {
    if (typeof each !== 'string') return each;
    const before: unknown = all[i - 1];
    const afterFlag = typeof before === 'string' && /^--?[A-Za-z][\w.-]*$/.test(before) && secretLooking(before);
    return afterFlag && !each.startsWith('-') ? REDACTED : redactText(each);
  });
}

function redactExec(probe: unknown): unknown {
  if (!isRaw(probe)) return probe;
  return replaceFields(probe, {
    exec: (exec) => (isRaw(exec) ? replaceFields(exec, { command: redactArguments }) : exec),
    httpGet: (get) =>
      isRaw(get) ? replaceFields(get, { path: (path) => (typeof path === 'string' ? redactText(path) : path) }) : get,
  });
}

function redactContainer(container: unknown): unknown {
  if (!isRaw(container)) return container;
  return replaceFields(container, {
    env: (env) => mapArray(env, redactEnv),
    args: redactArguments,
    command: redactArguments,
    livenessProbe: redactExec,
    readinessProbe: redactExec,
    startupProbe: redactExec,
  });
}

/** A pod's spec, also in a template. */
export function redactPodSpec(spec: Raw): Raw {
  const containers = (all: unknown) => mapArray(all, redactContainer);
  return replaceFields(spec, { containers, initContainers: containers, ephemeralContainers: containers });
}
