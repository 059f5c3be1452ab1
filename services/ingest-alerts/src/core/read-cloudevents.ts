// CloudEvents in their JSON form, one or a batch: which of them tell of alerts, and which of changes.
import {
  type Item,
  isFields,
  type JsonFields,
  placeIn,
  type ReadContext,
  type ReadItems,
  readTime,
  textIn,
  wrongShape,
} from '@winnow/contracts';
import { redactText } from '@winnow/redaction';
import type { AlertOptions } from './alert-options.ts';
import type { Note } from './notes.ts';
import { readAlert } from './read-alert.ts';
import { incidentPattern, readCdIncident } from './read-cd-incident.ts';
import { turnTime } from './told-at.ts';

export interface CloudEventOptions extends AlertOptions {
  /** Reads an event that tells of a change. Where absent, such types are unknown. */
  readonly readChange?: ReadItems;
}

/** `io.winnow.change`: `data` is a change as `POST /api/v1/changes` takes it. And what CDEvents say of services, environments and changes. */
const changePattern = /^(?:io\.winnow\.change$|dev\.cdevents\.(?:service|environment|change)\.)/;

/** `io.winnow.alert`: `data` is an alert as `POST /api/v2/alerts` takes it, or a list of them; `status` may say what it is. */
const ALERT_TYPE = 'io.winnow.alert';

export function readCloudEvents(payload: unknown, context: ReadContext, options: CloudEventOptions = {}): Item[] {
  if (!Array.isArray(payload)) return readEvent(payload, '', context, options);
  return payload.flatMap((each, i) => readEvent(each, `[${i}].`, context, options));
}

/** Counts events of types that are none of its business. */
export function noteCloudEvents(payload: unknown, options: CloudEventOptions = {}): readonly Note[] {
  const events = Array.isArray(payload) ? payload : [payload];
  const isOther = (event: unknown) => isFields(event) && !missingOf(event) && kindOf(event, options) === 'other';
  const count = events.filter(isOther).length;
  return count > 0 ? [{ kind: 'ignored', reason: 'unknown-type', count }] : [];
}

type Kind = 'alert' | 'incident' | 'change' | 'other';

function kindOf({ type }: JsonFields, { readChange }: CloudEventOptions): Kind {
  const told = String(type);
  if (told === ALERT_TYPE) return 'alert';
  if (incidentPattern.test(told)) return 'incident';
  return readChange && changePattern.test(told) ? 'change' : 'other';
}

/** The first attribute that every CloudEvent has and this one has not. */
function missingOf(event: JsonFields): string | undefined {
  return ['specversion', 'type', 'source', 'id'].find((name) => textIn(event[name]) === undefined);
}

function readEvent(event: unknown, path: string, context: ReadContext, options: CloudEventOptions): Item[] {
  if (!isFields(event)) return [wrongShape(context, path.slice(0, -1), 'a CloudEvent', event)];
  const missing = missingOf(event);
  if (missing) return [wrongShape(context, path + missing, `the attribute ${missing} of a CloudEvent`, event[missing])];
  const { data = decoded(event.data_base64), ...attributes } = event;
  const whole = { ...attributes, data };
  switch (kindOf(event, options)) {
    case 'alert':
      return readOwn(whole, `${path}data`, context, options);
    case 'incident':
      return [readCdIncident(whole, `${path}data`, context, options)];
    case 'change':
      return options.readChange?.(whole, path === '' ? context : within(context, path.slice(0, -1))) ?? [];
    case 'other':
      return [];
  }
}

const within = (context: ReadContext, place: string): ReadContext => ({ ...context, place: placeIn(context, place) });

/** JSON in base64; anything else is undefined. */
function decoded(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(text), (each) => each.charCodeAt(0))));
  } catch {
    return undefined;
  }
}

function readOwn(event: JsonFields, path: string, context: ReadContext, options: AlertOptions): Item[] {
  const { data } = event;
  const list = Array.isArray(data) ? data : [data];
  return list.map((each, i) => {
    const own = Array.isArray(data) ? `${path}[${i}].` : `${path}.`;
    const item = readAlert(each, own, context, options, isFields(each) ? each.status : undefined);
    const toldAt = turnTime(readTime(event.time), context.at);
    return item.type === 'alert' ? { ...item, ...(toldAt && { toldAt }), telling: tellingOf(event) } : item;
  });
}

/** Source and id together name one event. */
function tellingOf({ source, id }: JsonFields): string {
  return redactText(`${String(source).slice(0, 500)} ${String(id).slice(0, 500)}`);
}
