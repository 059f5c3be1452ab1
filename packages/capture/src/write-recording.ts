// Lines of a recording from records of the log: the inverse of reading them. What is written is read back first, so that a line says
// exactly what the record says: where the payload of its source cannot, it carries the items as they were read.
import { type Ask, type Envelope, type Item, known, type LookupResult } from '@winnow/contracts';
import type { Intake } from './intake.ts';
import { nativePayload } from './native-payload.ts';
import { readPayload } from './read-payload.ts';

/** A line with its end. `position` is that of the record in the log: `0-4711`. */
export function arrivalLine(envelope: Envelope, position: string, intake: Intake): string {
  const { at, cluster, source, instance, sender, tenant, originalAt, replayOf, shed, refused, items } = envelope;
  const head = {
    at,
    cluster,
    source,
    instance,
    position,
    ...known({ sender, originalAt, replayOf, shed, refused, tenant: tenant === 'default' ? undefined : tenant }),
  };
  const payload = nativePayload(source, items);
  const body = payload !== undefined && says(payload, envelope, intake) ? { payload } : { items };
  return `${JSON.stringify({ ...head, ...body })}\n`;
}

function says(payload: unknown, { source, items, at }: Envelope, intake: Intake): boolean {
  const written = JSON.parse(JSON.stringify(payload)) as unknown;
  const read = readPayload(source, written, intake, { at, place: '' });
  return read.length === items.length && read.every((item, i) => textOf(item) === textOf(items[i]));
}

/** The order of an item's own fields says nothing; that of its labels or lists may. */
function textOf(item: Item | undefined): string {
  return JSON.stringify(Object.entries(item ?? {}).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** What was found when it was asked: `ask` and `incident` say by whom, so that a replay gives it to the same ask. */
export function lookupLine(ask: Ask, result: LookupResult): string {
  const { tenant, cluster, incident, revision, kind, status, at, value, message } = result;
  return `${JSON.stringify({
    ...{ at, cluster, source: 'lookup', ...known({ tenant: tenant === 'default' ? undefined : tenant }) },
    payload: {
      ...{ kind, arguments: ask.arguments, status },
      ...known({ value, message }),
      ...{ ask: ask.id, incident, revision, askedAt: ask.at },
    },
  })}\n`;
}
