// Lines of recordings that no ingest service reads: operators' acts, heartbeats, look-ups.
import {
  fieldsOf,
  type Item,
  lookupStatuses,
  type ReadContext,
  type ReadItems,
  readOperatorAct,
  textIn,
  wrongShape,
} from '@winnow/contracts';
import { redactJson } from '@winnow/redaction';

const readOperator: ReadItems = (payload, context) => [readOperatorAct(redactJson(payload), context)];

const readHeartbeat: ReadItems = (payload, context) => {
  const { source, instance } = fieldsOf(payload);
  const heard = textIn(source);
  if (!heard) return [wrongShape(context, 'source', 'the source that is heard', source)];
  return [{ type: 'heartbeat', source: heard, instance: textIn(instance) ?? '' }];
};

const readLookup: ReadItems = (payload, context) => {
  const { kind, status, value, arguments: asked } = fieldsOf(payload);
  const answered = lookupStatuses.find((each) => each === status);
  const what = textIn(kind);
  if (!what) return [wrongShape(context, 'kind', 'a kind of look-up', kind)];
  if (!answered) return [wrongShape(context, 'status', lookupStatuses.join(', '), status)];
  return [lookupOf(what, fieldsOf(asked), answered, value)];
};

function lookupOf(
  kind: string,
  asked: Readonly<Record<string, unknown>>,
  status: (typeof lookupStatuses)[number],
  value: unknown,
): Item {
  return {
    type: 'lookup',
    kind,
    arguments: { ...asked },
    status,
    ...(value === undefined ? { value: null } : { value: redactJson(value) }),
  };
}

export const directSources = {
  operator: readOperator,
  heartbeat: readHeartbeat,
  lookup: readLookup,
} as const satisfies Readonly<Record<string, (payload: unknown, context: ReadContext) => Item[]>>;
