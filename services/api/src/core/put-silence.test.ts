import type { Silence } from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import { silence } from '../testing/records.ts';
import { expireSilence, MOST_SILENCES, putSilence } from './put-silence.ts';

const now = Date.parse('2026-03-08T16:00:00.000Z');
const put = (over: Partial<Silence>, former?: Silence, alive = 0) => {
  const { id: _, ...posted } = silence();
  return putSilence({ ...posted, ...over }, { former, alive }, now, 'fresh');
};
const matcher = (name: string, value: string, isRegex = false) => ({ name, value, isRegex, isEqual: true });

describe('a new silence', () => {
  it('starts now where its start has passed, and keeps a start that has not', () => {
    expect(put({})).toMatchObject({ id: 'fresh', write: [{ startsAt: '2026-03-08T16:00:00.000Z' }] });
    expect(put({ startsAt: '2026-03-08T16:30:00.000Z' })).toMatchObject({
      write: [{ startsAt: '2026-03-08T16:30:00.000Z', updatedAt: '2026-03-08T16:00:00.000Z' }],
    });
  });

  it.each([
    [{ endsAt: silence().startsAt }, 'Failed to create silence: start time must be before end time'],
    [{ endsAt: '2026-03-08T15:30:00.000Z' }, "Failed to create silence: end time can't be in the past"],
    [
      { matchers: [matcher('a', '(', true)] },
      'silence invalid: invalid label matcher 0: invalid regular expression "(": error parsing regexp: missing closing ): `(`',
    ],
    [{ matchers: [matcher('', 'x')] }, 'silence invalid: invalid label matcher 0: invalid label name ""'],
    [
      { matchers: [matcher('a', '.*', true), matcher('b', '')] },
      'silence invalid: at least one matcher must not match the empty string',
    ],
  ])('is refused: %j', (over, message) => {
    expect(put(over)).toEqual({ status: 400, message });
  });

  it('is refused where there are too many', () => {
    expect(put({}, undefined, MOST_SILENCES)).toMatchObject({ status: 400 });
  });

  it('names one that nobody knows', () => {
    expect(put({ id: 'sil-9' })).toEqual({ status: 404, message: 'silence not found' });
  });
});

describe('a silence that is posted again', () => {
  it('is changed in its place while its matchers and its start stay', () => {
    const longer = { id: 'sil-1', endsAt: '2026-03-08T20:00:00.000Z', comment: 'longer' };
    expect(put(longer, silence())).toMatchObject({
      id: 'sil-1',
      write: [{ id: 'sil-1', startsAt: silence().startsAt, endsAt: longer.endsAt, comment: 'longer' }],
    });
  });

  it('ends and makes way for a new one where it mutes somebody else', () => {
    const other = { id: 'sil-1', matchers: [matcher('alertname', 'Y')] };
    expect(put(other, silence(), MOST_SILENCES)).toMatchObject({
      id: 'fresh',
      write: [
        { id: 'sil-1', endsAt: '2026-03-08T16:00:00.000Z', matchers: silence().matchers },
        { id: 'fresh', matchers: other.matchers, startsAt: '2026-03-08T16:00:00.000Z' },
      ],
    });
  });

  it('is a new one where the old one has expired, which stays as it was', () => {
    const over = silence({ endsAt: '2026-03-08T15:30:00.000Z' });
    expect(put({ id: 'sil-1' }, over)).toMatchObject({ id: 'fresh', write: [{ id: 'fresh' }] });
  });

  it('may begin at another time as long as it is pending', () => {
    const pending = silence({ startsAt: '2026-03-08T16:10:00.000Z' });
    expect(put({ id: 'sil-1', startsAt: '2026-03-08T16:20:00.000Z' }, pending)).toMatchObject({ id: 'sil-1' });
    expect(put({ id: 'sil-1', startsAt: '2026-03-08T15:20:00.000Z' }, pending)).toMatchObject({ id: 'fresh' });
    expect(put({ id: 'sil-1', startsAt: '2026-03-08T15:20:00.000Z' }, silence())).toMatchObject({ id: 'fresh' });
  });

  it('ends now, and begins now where it has not yet', () => {
    expect(expireSilence(silence(), now)).toMatchObject({
      startsAt: silence().startsAt,
      endsAt: '2026-03-08T16:00:00.000Z',
    });
    expect(expireSilence(silence({ startsAt: '2026-03-08T16:10:00.000Z' }), now)).toMatchObject({
      startsAt: '2026-03-08T16:00:00.000Z',
      endsAt: '2026-03-08T16:00:00.000Z',
    });
  });
});
