import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { silence } from '../testing/records.ts';
import { putSilence } from './put-silence.ts';
import { readSilence } from './read-silence.ts';

const { id: _, ...body } = silence();
const now = Date.parse('2026-03-08T16:00:00.000Z');

describe('a posted silence', () => {
  it('is read as it was meant: times in UTC, matchers equal unless told otherwise', () => {
    const matchers = [{ name: 'a', value: 'b', isRegex: false }];
    expect(readSilence({ ...body, matchers, startsAt: '2026-03-08T17:00:00.123456+01:00' })).toMatchObject({
      startsAt: '2026-03-08T16:00:00.123Z',
      matchers: [{ name: 'a', value: 'b', isRegex: false, isEqual: true }],
    });
    expect(readSilence({ ...body, startsAt: '0001-01-01T00:00:00Z', id: '' })).not.toHaveProperty('id');
  });

  it('is redacted: labels are, and so is what they are held against', () => {
    const read = readSilence({ ...body, comment: 'password=hunter2hunter2', createdBy: 'ada' });
    expect(JSON.stringify(read)).not.toContain('hunter2');
  });

  it.each([
    ['nothing', undefined, 400, 400],
    ['a list', [], 400, 400],
    ['no comment', { ...body, comment: null }, 422, 602],
    ['no matchers', { ...body, matchers: [] }, 422, 612],
    ['too many matchers', { ...body, matchers: Array(101).fill(body.matchers[0]) }, 422, 611],
    ['a matcher that is none', { ...body, matchers: ['a=b'] }, 400, 400],
    ['a matcher without a value', { ...body, matchers: [{ name: 'a', isRegex: true }] }, 422, 602],
    ['a long value', { ...body, matchers: [{ name: 'a', value: 'x'.repeat(3_000), isRegex: true }] }, 400, 400],
    ['a time that is none', { ...body, endsAt: 'soon' }, 400, 400],
    ['a number as its id', { ...body, id: 7 }, 400, 400],
  ])('is refused: %s', (_name, posted, status, code) => {
    expect(readSilence(posted)).toMatchObject({ status, code });
  });

  it('never breaks anything, whatever it is', () => {
    const time = fc.oneof(
      fc.constantFrom('', 'x', body.endsAt, '2099-13-40T00:00:00Z', '0001-01-01T00:00:00Z'),
      fc.date().map(String),
    );
    const matcher = fc.record(
      {
        name: fc.jsonValue(),
        value: fc.oneof(fc.string(), fc.jsonValue()),
        isRegex: fc.oneof(fc.boolean(), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    const posted = fc.record(
      { id: fc.jsonValue(), matchers: fc.oneof(fc.array(matcher), fc.jsonValue()), startsAt: time, endsAt: time },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(posted, fc.boolean(), (over, whole) => {
        const read = readSilence(whole ? { ...body, ...over } : over);
        const answer = 'status' in read ? read : putSilence(read, { former: silence(), alive: 0 }, now, 'fresh');
        return 'status' in answer ? [400, 404, 422].includes(answer.status) : answer.write.length > 0;
      }),
      { numRuns: 3_000 },
    );
  });
});
