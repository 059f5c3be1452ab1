// Lines of recordings that no ingest service reads: declared dependencies and changes, operators' acts, heartbeats, look-ups.
import {
  type DependencyItem,
  dependencyItemSchema,
  entity,
  fieldsOf,
  type Item,
  isFields,
  known,
  lookupStatuses,
  type ReadContext,
  type ReadItems,
  readOperatorAct,
  textIn,
  wrongShape,
} from '@winnow/contracts';
import { redactJson, redactText } from '@winnow/redaction';

/** One entry of `dependencies.json`. */
export const readDependency: ReadItems = (payload, context) => {
  if (!isFields(payload)) return [wrongShape(context, '', 'from and to', payload)];
  for (const end of ['from', 'to'] as const) {
    const { namespace, service } = fieldsOf(payload[end]);
    if (typeof namespace !== 'string') return [wrongShape(context, `${end}.namespace`, 'a text', namespace)];
    if (textIn(service) === undefined) return [wrongShape(context, `${end}.service`, 'a text', service)];
  }
  return [dependencyItemSchema.parse({ ...payload, type: 'dependency' }) satisfies DependencyItem];
};

const readChange: ReadItems = (payload, context) => {
  const { kind, subject, summary, actor } = fieldsOf(payload);
  const about = fieldsOf(subject);
  const [subjectKind, name] = [textIn(about.kind), textIn(about.name)];
  if (!textIn(kind)) return [wrongShape(context, 'kind', 'a kind of change', kind)];
  if (!subjectKind) return [wrongShape(context, 'subject.kind', 'a kind', about.kind)];
  if (!name) return [wrongShape(context, 'subject.name', 'a name', about.name)];
  const changed = {
    type: 'change' as const,
    kind: textIn(kind) ?? '',
    subject: entity(subjectKind, textIn(about.namespace), name),
    summary: redactText(textIn(summary) ?? ''),
  };
  return [{ ...changed, ...known({ actor: textIn(actor) }) }];
};

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
  dependency: readDependency,
  change: readChange,
  operator: readOperator,
  heartbeat: readHeartbeat,
  lookup: readLookup,
} as const satisfies Readonly<Record<string, (payload: unknown, context: ReadContext) => Item[]>>;
