// What goes wrong with real bodies: in their values, in their text, on the wire.
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';

const deep = (depth: number, open: string, close: string) => `${open.repeat(depth)}1${close.repeat(depth)}`;

/** Values that stand where others are expected. */
const oddities: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  -1e308,
  Number.MAX_SAFE_INTEGER,
  2 ** 53,
  '',
  ' ',
  'x'.repeat(20_000),
  '\u0000\u0001\u001b[31m',
  '\ud800',
  'a\udfffb\uffff\u00ff',
  '../../etc/passwd',
  "'; DROP TABLE log; --",
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999999Z',
  '2026-02-31T25:61:00Z',
  'resolved',
  [],
  {},
  [[[[]]]],
  Array.from({ length: 300 }, (_, at) => at),
  Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`k${at}`, 'v'])),
  JSON.parse(deep(1_500, '[', ']')),
  JSON.parse(deep(1_500, '{"a":', '}')),
  JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
  JSON.parse('{"toString":1,"hasOwnProperty":2,"length":-1,"then":3}'),
];
const names = ['__proto__', 'constructor', 'toString', '', 'x'.repeat(5_000), '\ud83d', 'a.b[0]', 'cluster', 'status'];

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One change somewhere in a value; `dice` are numbers from 0 to 1 that decide where and what. */
export type Dice = readonly number[];
export const diceArbitrary = fc.array(fc.double({ min: 0, max: 0.999999, noNaN: true }), {
  minLength: 6,
  maxLength: 6,
});

/** A copy with one change in it. */
export function mutate(value: unknown, dice: Dice): unknown {
  const [choice = 0, ...others] = dice;
  const next = [...others, choice];
  const inside = Array.isArray(value) ? value.length > 0 : isFields(value) && Object.keys(value).length > 0;
  if (!inside || choice < 0.15) return pick(oddities, others[0] ?? 0);
  return Array.isArray(value) ? inList(value, choice, next) : inFields(value as Fields, choice, next);
}

function inList(list: readonly unknown[], choice: number, dice: Dice): unknown {
  const at = Math.floor((dice[0] ?? 0) * list.length);
  if (choice < 0.25) return list.toSpliced(at, 1);
  if (choice < 0.35) return list.toSpliced(at, 0, pick(oddities, dice[1] ?? 0));
  if (choice < 0.4) return Array.from({ length: 40 }, () => list[at]);
  return list.with(at, mutate(list[at], dice.slice(1)));
}

function inFields(fields: Fields, choice: number, dice: Dice): unknown {
  const keys = Object.keys(fields);
  const key = pick(keys, dice[0] ?? 0);
  const entries = Object.entries(fields);
  if (choice < 0.25) return Object.fromEntries(entries.filter(([name]) => name !== key));
  if (choice < 0.35) return Object.fromEntries([...entries, [pick(names, dice[1] ?? 0), pick(oddities, dice[2] ?? 0)]]);
  if (choice < 0.4)
    return Object.fromEntries(entries.map(([name, each]) => [name === key ? pick(names, dice[1] ?? 0) : name, each]));
  return Object.fromEntries(entries.map(([name, each]) => [name, name === key ? mutate(each, dice.slice(1)) : each]));
}

/** Changes of the text and of what the headers say of it. */
export const wirings = [
  'cut',
  'flipped',
  'not-utf8',
  'byte-order-mark',
  'twice',
  'same-key-twice',
  'huge-number',
  'deep',
  'empty',
  'gzip',
  'gzip-cut',
  'gzip-claimed',
  'unknown-encoding',
  'content-type',
] as const;
export type Wiring = (typeof wirings)[number];

export interface Wired {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

const contentTypes = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/x-protobuf',
  'nonsense',
  'application/json; charset=utf-16',
  'application/cloudevents+json',
];

export function wire(body: Buffer, wiring: Wiring, dice: Dice): Wired {
  // Byte by byte: a body need not be a text.
  const text = body.toString('latin1');
  const [where = 0, what = 0] = dice;
  const at = Math.floor(where * body.length);
  const as = (changed: Buffer | string, headers: Wired['headers'] = {}) => ({
    body: typeof changed === 'string' ? Buffer.from(changed, 'latin1') : changed,
    headers,
  });
  switch (wiring) {
    case 'cut':
      return as(body.subarray(0, at));
    case 'flipped':
      return as(Buffer.concat([body.subarray(0, at), Buffer.from([Math.floor(what * 256)]), body.subarray(at + 1)]));
    case 'not-utf8':
      return as(Buffer.concat([body.subarray(0, at), Buffer.from([0xff, 0xc0, 0x80, 0xed, 0xa0]), body.subarray(at)]));
    case 'byte-order-mark':
      return as(Buffer.concat([Buffer.from('\ufeff'), body]));
    case 'twice':
      return as(`${text}\n${text}`);
    case 'same-key-twice':
      return as(text.replace(/"([^"]+)":/, (all, name) => `${all}[1,{"a":2}],"${name}":`));
    case 'huge-number':
      return as(text.replace(/:\s*(?:"[^"]*"|\d+)/, ':1e999999'));
    case 'deep':
      return as(text.replace(/"[^"]*"(?=[,}\]])/, deep(30_000, '[', ']')));
    case 'empty':
      return as('');
    case 'gzip':
      return as(gzipSync(body), { 'content-encoding': 'gzip' });
    case 'gzip-cut':
      return as(gzipSync(body).subarray(0, Math.max(1, Math.floor(where * 40))), { 'content-encoding': 'gzip' });
    case 'gzip-claimed':
      return as(body, { 'content-encoding': 'gzip' });
    case 'unknown-encoding':
      return as(body, { 'content-encoding': 'br' });
    case 'content-type':
      return as(body, { 'content-type': pick(contentTypes, what) });
  }
}

export function pick<T>(list: readonly T[], die: number): T {
  return list[Math.floor(die * list.length)] as T;
}
