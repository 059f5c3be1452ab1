// The payload of an arrival, by its source.
import {
  fieldsOf,
  type Item,
  itemSchema,
  placeIn,
  type ReadContext,
  type Source,
  textIn,
  unreadable,
  wrongShape,
} from '@winnow/contracts';
import { redactJson } from '@winnow/redaction';
import { directSources } from './direct-sources.ts';
import type { Intake } from './intake.ts';
import { markerTypes } from './native-kubernetes.ts';

/** These payloads are arrays by themselves. */
const lists: readonly Source[] = ['alertmanager.alerts'];

/** The items of a payload, or of each of an array of them. */
export function readPayload(source: Source, payload: unknown, intake: Intake, context: ReadContext): Item[] {
  if (!Array.isArray(payload) || lists.includes(source)) return readOne(source, payload, intake, context);
  return payload.flatMap((each, i) => readOne(source, each, intake, { ...context, place: placeIn(context, `[${i}]`) }));
}

function readOne(source: Source, payload: unknown, intake: Intake, context: ReadContext): Item[] {
  if (source in directSources) return directSources[source as keyof typeof directSources](payload, context);
  const marker = source.startsWith('kubernetes.') ? markerOf(payload) : undefined;
  return marker ? [marker] : intake[source as keyof Intake](payload, context);
}

function markerOf(payload: unknown): Item | undefined {
  const { type, kind, namespace } = fieldsOf(payload);
  const marker =
    typeof type === 'string' && Object.hasOwn(markerTypes, type)
      ? markerTypes[type as keyof typeof markerTypes]
      : undefined;
  if (!marker) return undefined;
  const listed = textIn(namespace);
  return { type: marker, kind: textIn(kind) ?? '', ...(listed !== undefined && { namespace: listed }) };
}

/** Items as they were read once before, in the place of a payload: each is checked, and redacted again. */
export function readItems(items: unknown, context: ReadContext): Item[] {
  if (!Array.isArray(items)) return [wrongShape(context, 'items', 'a list of items', items)];
  return items.map((each, i) => {
    const parsed = itemSchema.safeParse(redactJson(each));
    if (parsed.success) return parsed.data;
    const field = parsed.error.issues[0]?.path.join('.') ?? '';
    return unreadable(
      'wrong-shape',
      placeIn(context, `items[${i}]${field && `.${field}`}`),
      'an item',
      'something else',
    );
  });
}
