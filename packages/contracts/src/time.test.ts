import { expect, it } from 'vitest';
import { latestTime, readTime } from './time.ts';

it.each([
  ['2026-03-08T15:21:12Z', '2026-03-08T15:21:12.000Z'],
  ['2026-03-08T15:21:12.123456789Z', '2026-03-08T15:21:12.123Z'],
  ['2026-03-08T16:21:12+01:00', '2026-03-08T15:21:12.000Z'],
  ['2026-03-08 15:21:12.5Z', '2026-03-08T15:21:12.500Z'],
])('given %s, when it is read, then it is %s', (told, time) => expect(readTime(told)).toBe(time));

it.each([
  null,
  undefined,
  '',
  5,
  'soon',
  '2026',
  '2026-03-08',
  '2026-03-08T15:21:12',
  '2026-13-40T00:00:00Z',
  '0001-01-01T00:00:00Z',
  `2026${' '.repeat(50)}`,
])('given %j, when it is read, then it is no time', (told) => expect(readTime(told)).toBeUndefined());

it('given some times, when the latest is asked for, then unknown ones do not count', () => {
  expect(latestTime([undefined, '2026-03-08T15:21:12.000Z', '2026-03-08T15:21:11.000Z'])).toBe(
    '2026-03-08T15:21:12.000Z',
  );
  expect(latestTime([undefined])).toBeUndefined();
});
