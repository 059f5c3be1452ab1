// Objects as a watch delivers them: `{type, object}`.
import {
  fieldsOf,
  type Item,
  isFields,
  placeIn,
  type ReadContext,
  type ReadItems,
  readKubeObject,
  unreadable,
  wrongShape,
} from '@winnow/contracts';
import { redactObject } from '@winnow/redaction';
import { readEvent } from './read-event.ts';

const changes = ['ADDED', 'MODIFIED', 'DELETED'] as const;

/** Reads the facts of one object, redacted. A bookmark has no item; an Event among the objects is an event. */
export const readObject: ReadItems = (payload, context) => {
  if (!isFields(payload)) return [wrongShape(context, '', 'an object with type and object', payload)];
  if (payload.type === 'BOOKMARK') return [];
  const change = changes.find((each) => each === payload.type);
  if (!change) {
    const found = typeof payload.type === 'string' ? payload.type.slice(0, 20) : 'no text';
    return [unreadable('wrong-shape', placeIn(context, 'type'), 'ADDED, MODIFIED or DELETED', found)];
  }
  return isEvent(payload.object) ? readEvent(payload, context) : [factsOf(payload.object, change, context)];
};

function isEvent(object: unknown): boolean {
  const { kind, involvedObject, regarding } = fieldsOf(object);
  return kind === 'Event' && (isFields(involvedObject) || isFields(regarding));
}

function factsOf(raw: unknown, change: (typeof changes)[number], context: ReadContext): Item {
  const read = readKubeObject(redactObject(raw));
  if ('object' in read) return { type: 'object', change, object: read.object };
  if (read.field === 'object') return wrongShape(context, 'object', read.expected, raw);
  const value = read.field.split('.').reduce<unknown>((at, key) => fieldsOf(at)[key], raw);
  return wrongShape(context, `object.${read.field}`, read.expected, value);
}
