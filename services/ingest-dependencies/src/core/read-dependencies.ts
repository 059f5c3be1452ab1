// Who calls whom, as somebody tells: an entry of dependencies.json, or a list of them.
import {
  type DependencyItem,
  fieldsOf,
  type Item,
  isFields,
  type JsonFields,
  known,
  numberIn,
  type ReadContext,
  wrongShape,
} from '@winnow/contracts';

type End = DependencyItem['from'];

/** Longer names exist neither in a cluster nor in DNS. */
const NAME = 253;

/** `{from, to}` with optional `via`, `calls`, `errorRatio`, `latencyMs`, `gone`; or a list of such. */
export function readDependencies(payload: unknown, context: ReadContext): Item[] {
  if (Array.isArray(payload)) return payload.map((each, at) => readEntry(each, `[${at}]`, context));
  return [readEntry(payload, '', context)];
}

function readEntry(entry: unknown, place: string, context: ReadContext): Item {
  const wrong = (field: string, expected: string, value: unknown) =>
    wrongShape(context, [place, field].filter((part) => part !== '').join('.'), expected, value);
  if (!isFields(entry)) return wrong('', 'from and to', entry);
  for (const end of ['from', 'to'] as const) {
    const { namespace, service } = fieldsOf(entry[end]);
    if (!isName(namespace ?? '')) return wrong(`${end}.namespace`, `a text of at most ${NAME} characters`, namespace);
    if (!isName(service) || service === '') return wrong(`${end}.service`, 'the name of a Service or a host', service);
  }
  for (const [field, [most, expected]] of Object.entries(figures)) {
    const value = entry[field];
    const number = numberIn(value);
    if (value !== undefined && (number === undefined || number < 0 || number > most))
      return wrong(field, expected, value);
  }
  if (entry.via !== undefined && !vias.some((via) => via === entry.via))
    return wrong('via', vias.join(', '), entry.via);
  return dependencyOf(entry);
}

const vias = ['declared', 'service-graph', 'trace'] as const;
const figures: Readonly<Record<'calls' | 'errorRatio' | 'latencyMs', readonly [number, string]>> = {
  calls: [Number.MAX_SAFE_INTEGER, 'how many calls there were'],
  errorRatio: [1, 'a number from 0 to 1'],
  latencyMs: [Number.MAX_SAFE_INTEGER, 'milliseconds'],
};

function dependencyOf(entry: JsonFields): DependencyItem {
  return {
    type: 'dependency',
    from: endOf(entry.from),
    to: endOf(entry.to),
    ...known({
      via: vias.find((via) => via === entry.via),
      calls: numberIn(entry.calls),
      errorRatio: numberIn(entry.errorRatio),
      latencyMs: numberIn(entry.latencyMs),
      gone: entry.gone === true ? (true as const) : undefined,
    }),
  };
}

function endOf(end: unknown): End {
  const { namespace, service } = fieldsOf(end);
  return { namespace: typeof namespace === 'string' ? namespace : '', service: String(service) };
}

/** No separators of ours, and nothing that a terminal would obey. */
function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= NAME && !/[\s|\p{Cc}]/u.test(value);
}
