import { expect, it } from 'vitest';
import { logTimeOf } from './log-time.ts';

it.each([
  ['2026-03-08T15:00:01.123456789Z started', '2026-03-08T15:00:01.123Z', true],
  ['2026-03-08 15:00:01,344 INFO app: x', '2026-03-08T15:00:01.344Z', false],
  ['[2026-03-08T16:00:01+01:00] x', '2026-03-08T15:00:01.000Z', true],
  ['time="2026-03-08T15:00:01Z" level=info', '2026-03-08T15:00:01.000Z', true],
  ['{"level":"info","ts":"2026-03-08T15:00:01.5Z"}', '2026-03-08T15:00:01.500Z', true],
  ['{"severity":"info","time":1772982001182}', '2026-03-08T15:00:01.182Z', true],
  ['{"instant":{"epochSecond":1772982001,"nanoOfSecond":1}}', '2026-03-08T15:00:01.000Z', true],
  ['1:C 08 Mar 2026 15:00:01.624 * Redis is starting', '2026-03-08T15:00:01.624Z', false],
  ['10.0.0.1 - - [08/Mar/2026:15:00:01 +0000] "GET / HTTP/1.1" 200', '2026-03-08T15:00:01.000Z', true],
])('given %s, when its time is asked for, then it is told', (line, at, zoned) =>
  expect(logTimeOf(line)).toEqual({ at, zoned }),
);

it.each([
  '',
  '    at com.example.Main(Main.java:12)',
  'expires 2030-01-01T00:00:00Z some day',
  'GET /2026/03/08 200',
  '9999-99-99T99:99:99Z',
])('given %s, when its time is asked for, then none is told', (line) => expect(logTimeOf(line)).toBeUndefined());
