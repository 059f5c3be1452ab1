// What a person did, as it comes over HTTP or stands in a recording.
import { entityRefSchema } from './entity.ts';
import { failureMode } from './failure-modes.ts';
import { type ReadContext, wrongShape } from './intake.ts';
import { type OperatorItem, silenceSchema, type UnreadableItem } from './item.ts';
import { fieldsOf, isFields, type JsonFields, known, textIn } from './json-fields.ts';

export const operatorActs = ['silence', 'acknowledge', 'close', 'confirm'] as const;

/** Characters of a comment or a name that are kept: nobody writes more by hand. */
const LONGEST = 2_000;

/** An act, else which of its fields is wrong. It is redacted before. A field of `null` is absent. */
export function readOperatorAct(payload: unknown, context: ReadContext): OperatorItem | UnreadableItem {
  if (!isFields(payload)) return wrongShape(context, '', 'an object', payload);
  const act = operatorActs.find((each) => each === payload.act);
  if (!act) return wrongShape(context, 'act', operatorActs.join(', '), payload.act);
  for (const field of ['actor', 'incident', 'comment'] as const)
    if (typeof (payload[field] ?? '') !== 'string') return wrongShape(context, field, 'a text', payload[field]);
  if (act === 'silence') return readSilence(payload, context);
  if (!textIn(payload.incident)) return wrongShape(context, 'incident', 'the id of an incident', payload.incident);
  return act === 'confirm' ? readConfirmation(payload, context) : { type: 'operator', act, ...commonOf(payload) };
}

function readSilence(payload: JsonFields, context: ReadContext): OperatorItem | UnreadableItem {
  const silence = silenceSchema.safeParse(payload.silence);
  if (!silence.success) {
    const path = silence.error.issues[0]?.path.join('.') ?? '';
    return wrongShape(
      context,
      ['silence', path].filter(Boolean).join('.'),
      'a silence as Alertmanager has it',
      payload.silence,
    );
  }
  return { type: 'operator', act: 'silence', ...commonOf(payload), silence: silence.data };
}

function readConfirmation(payload: JsonFields, context: ReadContext): OperatorItem | UnreadableItem {
  const { kind, namespace, name } = fieldsOf(payload.root);
  if (!isFields(payload.root))
    return wrongShape(context, 'root', 'the entity at fault: kind, namespace, name', payload.root);
  if (!textIn(kind)) return wrongShape(context, 'root.kind', 'a kind, as in Deployment', kind);
  if (typeof (namespace ?? '') !== 'string') return wrongShape(context, 'root.namespace', 'a text', namespace);
  if (!textIn(name)) return wrongShape(context, 'root.name', 'a name', name);
  const mode = textIn(payload.mode);
  if (!mode || !failureMode(mode))
    return wrongShape(context, 'mode', 'a failure mode, as docs/spec/failure-modes.yaml has them', payload.mode);
  const root = entityRefSchema.parse({ kind, name, ...known({ namespace: textIn(namespace) }) });
  return { type: 'operator', act: 'confirm', ...commonOf(payload), root, mode };
}

function commonOf({ actor, incident, comment }: JsonFields) {
  const bounded = (value: unknown) => textIn(value)?.slice(0, LONGEST);
  return known({ actor: bounded(actor), incident: bounded(incident), comment: bounded(comment) });
}
