// One line of a recording: `{at, cluster, source, payload}`.
import {
  countedSources,
  type Envelope,
  envelopeSchema,
  fieldsOf,
  type Item,
  isFields,
  numberIn,
  readTime,
  type Source,
  sources,
  textIn,
  unreadable,
  wrongShape,
} from '@winnow/contracts';
import type { Intake } from './intake.ts';
import { parseJson } from './parse-json.ts';
import { LINE_LIMIT, type Line } from './read-lines.ts';
import { readItems, readPayload } from './read-payload.ts';

/** What a line tells. What it does not tell (of a line that cannot be read) is undefined. */
export interface LineReading {
  readonly at: string | undefined;
  readonly cluster: string | undefined;
  readonly source: Source | undefined;
  readonly instance: string | undefined;
  /** Of alerts: who sent them. */
  readonly sender?: string | undefined;
  readonly tenant?: string | undefined;
  /** Of a dead letter that was replayed: when it arrived first, and which one it is. */
  readonly originalAt?: string | undefined;
  readonly replayOf?: string | undefined;
  /** How much of the arrival did not get in under load. */
  readonly shed?: Envelope['shed'];
  readonly refused?: number | undefined;
  /** Where the record stood in the log that was recorded (`0-4711`): then the line is that record, no more and no less. */
  readonly position?: string | undefined;
  /** The items, once the arrival's time is settled. */
  readonly items: (at: string) => Item[];
}

/** Never throws: a line that cannot be read has one item that says so. `truth` is a label for scoring, and nobody's business here. */
export function readLine(line: Line, intake: Intake): LineReading {
  const place = `line ${line.number}`;
  if (line.bytes > LINE_LIMIT) {
    const found = `a line of ${line.bytes} bytes`;
    return remains(line.text, unreadable('too-large', place, `a line of at most ${LINE_LIMIT} bytes`, found));
  }
  const parsed = parseJson(line.text);
  if ('found' in parsed) return remains(line.text, unreadable('not-json', place, 'a JSON object', parsed.found));
  return isFields(parsed.value)
    ? readArrival(parsed.value, place, intake)
    : remains('', wrongShape({ at: '', place }, '', 'a JSON object', parsed.value));
}

function readArrival(line: Readonly<Record<string, unknown>>, place: string, intake: Intake): LineReading {
  const at = readTime(line.at);
  const source = sources.find((each) => each === line.source);
  const told = {
    ...{ at, source, cluster: textIn(line.cluster), instance: textIn(line.instance), tenant: textIn(line.tenant) },
    ...{ sender: textIn(line.sender), position: positionIn(line.position) },
    ...{ originalAt: readTime(line.originalAt), replayOf: textIn(line.replayOf) },
    ...{ shed: envelopeSchema.shape.shed.safeParse(line.shed).data, refused: numberIn(line.refused) },
  };
  const context = { at: '', place };
  if (at === undefined) return { ...told, items: () => [wrongShape(context, 'at', 'an RFC 3339 time', line.at)] };
  if (source === undefined) return { ...told, items: () => [unknownSource(line.source, place)] };
  return {
    ...told,
    items: (time) =>
      line.payload === undefined && line.items !== undefined
        ? readItems(line.items, { at: time, place })
        : readPayload(source, line.payload, intake, { at: time, place }),
  };
}

function positionIn(value: unknown): string | undefined {
  return typeof value === 'string' && /^\d{1,9}-\d{1,15}$/.test(value) ? value : undefined;
}

function unknownSource(source: unknown, place: string): Item {
  const found = textIn(source)?.slice(0, 60) ?? 'no source';
  return unreadable('unknown-source', `${place} source`, sources.join(', '), found);
}

/** A line that was cut still tells in its first bytes whose it was. */
function remains(text: string, item: Item): LineReading {
  const head = text.slice(0, 2000);
  const field = (name: string) =>
    new RegExp(`^\\s*\\{[^{}]{0,500}?"${name}"\\s{0,9}:\\s{0,9}"([^"\\\\]{1,253})"`).exec(head)?.[1];
  const source = sources.find((each) => each === field('source'));
  return { at: readTime(field('at')), cluster: field('cluster'), source, instance: undefined, items: () => [item] };
}

/** Whose an unreadable line is in the ledger: the source that it names where that one is counted, else that of the line before. */
export function countedSource(named: Source | undefined, before: Source | undefined): Source {
  const counted = [named, before].find((source) => source !== undefined && countedSources.includes(source));
  return counted ?? 'kubernetes.event';
}

/** True for the first line of a recording, also where it was cut. */
export function looksLikeArrival(text: string): boolean {
  const parsed = parseJson(text);
  if ('value' in parsed) return fieldsOf(parsed.value).at !== undefined && fieldsOf(parsed.value).source !== undefined;
  const head = text.slice(0, 2000);
  return /^\s*\{[^{}]{0,500}"at"\s*:/.test(head) && /^\s*\{[^{}]{0,500}"source"\s*:/.test(head);
}
