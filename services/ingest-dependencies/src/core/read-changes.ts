// Changes that nobody watches: deployments by other tools, feature flags, maintenance windows. Told plainly or as CloudEvents.
import {
  entity,
  fieldsOf,
  type Item,
  isFields,
  type JsonFields,
  known,
  type ReadContext,
  readTime,
  textIn,
  type UnreadableItem,
  wrongShape,
} from '@winnow/contracts';
import { redactText } from '@winnow/redaction';
import { isCloudEvent, plainChangeOf } from './cloud-event.ts';

const LONGEST = { kind: 100, name: 253, summary: 1000, actor: 200 } as const;

/** `{kind, subject: {kind, namespace?, name}, summary, actor?, startsAt?, endsAt?}`, a CloudEvent whose data is such a change, a CDEvent; or a list of these. */
export function readChanges(payload: unknown, context: ReadContext): Item[] {
  if (Array.isArray(payload)) return payload.map((each, at) => readEntry(each, `[${at}].`, context));
  return [readEntry(payload, '', context)];
}

function readEntry(entry: unknown, path: string, context: ReadContext): Item {
  if (!isFields(entry)) return wrongShape(context, path.slice(0, -1), 'a change', entry);
  if (!isCloudEvent(entry)) return readChange(entry, path, context);
  return readChange(plainChangeOf(entry), `${path}data.`, context);
}

function readChange(entry: JsonFields, path: string, context: ReadContext): Item {
  const wrong = (field: string, expected: string, value: unknown): UnreadableItem =>
    wrongShape(context, `${path}${field}`, expected, value);
  const about = fieldsOf(entry.subject);
  const [kind, subjectKind, name] = [textIn(entry.kind), textIn(about.kind), textIn(about.name)];
  if (!kind) return wrong('kind', 'a kind of change: deployment, feature-flag, maintenance, …', entry.kind);
  if (!subjectKind) return wrong('subject.kind', 'a kind of object', about.kind);
  if (!name) return wrong('subject.name', 'a name', about.name);
  const [startsAt, endsAt] = [readTime(entry.startsAt), readTime(entry.endsAt)];
  if (entry.startsAt !== undefined && !startsAt) return wrong('startsAt', 'a time as in RFC 3339', entry.startsAt);
  if (entry.endsAt !== undefined && !endsAt) return wrong('endsAt', 'a time as in RFC 3339', entry.endsAt);
  if (startsAt && endsAt && endsAt < startsAt) return wrong('endsAt', 'a time not before startsAt', entry.endsAt);
  const bounded = (part: keyof typeof LONGEST, text: string) => redactText(text.slice(0, LONGEST[part]));
  const actor = textIn(entry.actor);
  return {
    type: 'change',
    kind: bounded('kind', kind),
    subject: entity(
      bounded('kind', subjectKind),
      textIn(about.namespace)?.slice(0, LONGEST.name),
      bounded('name', name),
    ),
    summary: bounded('summary', textIn(entry.summary) ?? ''),
    ...known({ actor: actor && bounded('actor', actor), startsAt, endsAt }),
  };
}
