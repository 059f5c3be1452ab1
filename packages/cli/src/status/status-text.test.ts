import { describe, expect, test } from 'vitest';
import { createStyle } from '../render/style.ts';
import type { StatusDocument } from './status-document.ts';
import { statusText } from './status-text.ts';

const now = '2026-03-08T15:00:10.000Z';
const up = {
  ...{ pid: 7, host: 'h', url: 'http://127.0.0.1:9193', since: '2026-03-08T13:00:10.000Z' },
  retention: { maxAgeMs: 168 * 3_600_000, maxBytes: 10 * 1024 ** 3 },
};
const data = { directory: '/d', bytes: 3_500_000, freeBytes: 66 * 1024 ** 3 };
const textOf = (status: Partial<StatusDocument>) =>
  statusText({ running: true, sources: [], pending: {}, data, ...status }, now, createStyle(false));

describe('given how an up stands', () => {
  test('when it runs, then its address, its disk, its sources and what waits are told', () => {
    const text = textOf({
      up,
      pending: { 'alertmanager.alerts': 1_200, 'audit.event': 0 },
      sources: [
        { source: 'kubernetes.object', cluster: 'b', instance: 'i', state: 'refused', details: ['may not list pods'] },
        {
          ...{ source: 'kubernetes.object', cluster: 'a', instance: 'i', state: 'connected', details: [] },
          ...{ lastByteAt: '2026-03-08T15:00:08.000Z', lagSeconds: 0.25 },
        },
      ],
    });
    expect(text.split('\n')).toEqual([
      'Winnow is up on http://127.0.0.1:9193 (process 7 on h, for 2 h).',
      'Data: 3.3 MiB in /d, kept for 7 d or up to 10 GiB; 66 GiB free on its disk; nothing has arrived yet.',
      'Waiting to be decided: 1,200 of alertmanager.alerts.',
      '',
      'cluster  source             instance  state      last byte    lag  details',
      'a        kubernetes.object  i         connected  2 s ago    0.3 s',
      'b        kubernetes.object  i         refused    never             may not list pods',
      '',
    ]);
  });

  test('when none runs, then that is said, and what the data tells', () => {
    const text = textOf({
      running: false,
      data: { ...data, oldestAt: '2026-03-08T12:00:00.000Z', newestAt: '2026-03-08T14:59:10.000Z' },
    });
    expect(text).toContain('Winnow is not running on this data. Start it with `winnow up`.');
    expect(text).toContain('arrivals from 2026-03-08 12:00:00 UTC on, the last one 1 min ago.');
  });

  test('when it does not answer, then it says why', () => {
    expect(textOf({ running: false, up, trouble: 'nothing listens on http://127.0.0.1:9193' })).toContain(
      'Winnow runs, and does not answer (process 7 on h, for 2 h): nothing listens on http://127.0.0.1:9193',
    );
  });
});
