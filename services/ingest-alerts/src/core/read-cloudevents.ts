// CloudEvents in their JSON form, one or a batch: which of them tell of alerts, and which of changes.
import {
  type Item,
  isFields,
  type JsonFields,
  type ReadContext,
  type ReadItems,
  readTime,
  textIn,
  wrongShape,
} from '@winnow/contracts';
import type { AlertOptions } from './alert-options.ts';
import type { Note } from './notes.ts';
import { readAlert } from './read-alert.ts';
import { incidentPattern, readCdIncident } from './read-cd-incident.ts';

/** Reads the events that are changes; undefined where the type is none of a change. */
export type ReadChangeEvent = (event: JsonFields, context: ReadContext) => Item[] | undefined;

export interface CloudEventOptions extends AlertOptions {
  readonly readChange?: ReadChangeEvent;
}

/** `io.winnow.alert`: `data` is an alert as `POST /api/v2/alerts` takes it, or a list of them; `status` may say what it is. */
const ALERT_TYPE = 'io.winnow.alert';

export function readCloudEvents(payload: unknown, context: ReadContext, options: CloudEventOptions = {}): Item[] {
  if (!Array.isArray(payload)) return readEvent(payload, '', context, options) ?? [];
  return payload.flatMap((each, i) => readEvent(each, `[${i}].`, context, options) ?? []);
}

/** Counts events of types that are none of its business. */
export function noteCloudEvents(payload: unknown, readChange?: ReadChangeEvent): readonly Note[] {
  const events = Array.isArray(payload) ? payload : [payload];
  const context = { at: '', place: '' };
  const options = readChange ? { readChange } : {};
  const count = events.filter((each) => isFields(each) && readEvent(each, '', context, options) === undefined).length;
  return count > 0 ? [{ kind: 'ignored', reason: 'unknown-type', count }] : [];
}

/** Undefined where the type is unknown. */
function readEvent(event: unknown, path: string, context: ReadContext, options: CloudEventOptions): Item[] | undefined {
  if (!isFields(event)) return [wrongShape(context, path.slice(0, -1), 'a CloudEvent', event)];
  const missing = ['specversion', 'type', 'source', 'id'].find((name) => textIn(event[name]) === undefined);
  if (missing) return [wrongShape(context, path + missing, `the attribute ${missing} of a CloudEvent`, event[missing])];
  const type = String(event.type);
  const within = `${path}data`;
  if (type === ALERT_TYPE) return readOwn(event, within, context, options);
  const incident = incidentPattern.exec(type)?.[1];
  if (incident) return [readCdIncident(event, incident, within, context, options)];
  const placed = { ...context, place: [context.place, path.slice(0, -1)].filter((part) => part !== '').join(' ') };
  return options.readChange?.(event, placed);
}

function readOwn(event: JsonFields, path: string, context: ReadContext, options: AlertOptions): Item[] {
  const { data } = event;
  const list = Array.isArray(data) ? data : [data];
  return list.map((each, i) => {
    const own = Array.isArray(data) ? `${path}[${i}].` : `${path}.`;
    const item = readAlert(each, own, context, options, isFields(each) ? each.status : undefined);
    const toldAt = readTime(event.time);
    return item.type === 'alert' ? { ...item, ...(toldAt && { toldAt }), telling: tellingOf(event) } : item;
  });
}

/** Source and id together name one event. */
export function tellingOf({ source, id }: JsonFields): string {
  return `${String(source).slice(0, 500)} ${String(id).slice(0, 500)}`;
}

export const cloudEventReader =
  (options: CloudEventOptions): ReadItems =>
  (payload, context) =>
    readCloudEvents(payload, context, options);
