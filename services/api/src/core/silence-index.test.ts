import { describe, expect, it } from 'vitest';
import { silence, silenceRecord } from '../testing/records.ts';
import { compareSilences, createSilenceIndex, toGettableSilence } from './silence-index.ts';

const ms = (time: string) => Date.parse(`2026-03-08T${time}:00.000Z`);
const time = (text: string) => `2026-03-08T${text}:00.000Z`;

const home = { tenant: 'default', cluster: 'prod' };

describe('the silences that there are', () => {
  it('name themselves to the labels that they mute, while they are active', () => {
    const index = createSilenceIndex();
    index.apply(silenceRecord({ id: 'b' }));
    index.apply(silenceRecord({ id: 'a' }));
    expect(index.silencing(ms('16:00'))({ alertname: 'X' }, home)).toEqual(['a', 'b']);
    expect(index.silencing(ms('16:00'))({ alertname: 'Y' }, home)).toEqual([]);
    expect(index.silencing(ms('17:00'))({ alertname: 'X' }, home)).toEqual([]);
    expect(index.silencing(ms('14:00'))({ alertname: 'X' }, home)).toEqual([]);
  });

  it('keep the later change of one, whichever record stands later', () => {
    const index = createSilenceIndex();
    index.apply(silenceRecord({ comment: 'new', updatedAt: time('15:30') }));
    index.apply(silenceRecord({ comment: 'old', updatedAt: time('15:10') }));
    expect(index.get('sil-1')?.comment).toBe('new');
  });

  it('are forgotten 120 h after they have expired', () => {
    const index = createSilenceIndex();
    index.apply(silenceRecord());
    const end = ms('17:00');
    expect(index.list(end + 120 * 3_600_000)).toHaveLength(1);
    expect(index.list(end + 120 * 3_600_000 + 1)).toEqual([]);
  });

  it('stand in the order of Alertmanager', () => {
    const all = [
      silence({ id: 'late pending', startsAt: time('16:50'), endsAt: time('19:00') }),
      silence({ id: 'long over', endsAt: time('15:10') }),
      silence({ id: 'active for long', endsAt: time('18:00') }),
      silence({ id: 'just over', endsAt: time('15:50') }),
      silence({ id: 'soon pending', startsAt: time('16:40'), endsAt: time('19:00') }),
      silence({ id: 'soon over', endsAt: time('16:20') }),
    ].map((each) =>
      toGettableSilence({ ...each, updatedAt: time('15:00'), tenant: 'default', recordedAt: 0 }, ms('16:00')),
    );
    expect(all.sort(compareSilences).map(({ id, status }) => `${id}: ${status.state}`)).toEqual([
      'soon over: active',
      'active for long: active',
      'soon pending: pending',
      'late pending: pending',
      'just over: expired',
      'long over: expired',
    ]);
  });
});
