import type { LogExcerpt } from '@winnow/contracts';
import { createLogTail } from '@winnow/stream';
import { describe, expect, it } from 'vitest';
import { createCaptureReader } from './capture-reader.ts';
import { combineReaders } from './combine-readers.ts';
import { createContents } from './contents.ts';

const at = '2026-03-08T15:00:00.000Z';
const before = '2026-03-08T14:30:00.000Z';
const seconds = Date.parse(before) / 1000;

function readerOf(fill: (contents: ReturnType<typeof createContents>) => void) {
  const contents = createContents();
  fill(contents);
  return createCaptureReader(contents, [], at);
}

const full = readerOf((contents) => {
  const pod = {
    type: 'object',
    change: 'ADDED',
    object: { kind: 'Pod', metadata: { name: 'a-1', namespace: 'shop' } },
  } as const;
  const node = { type: 'object', change: 'ADDED', object: { kind: 'Node', metadata: { name: 'n' } } } as const;
  const event = {
    type: 'event',
    regarding: { kind: 'Pod', namespace: 'shop', name: 'a-1' },
    reason: '',
    eventType: '',
    message: '',
    count: 1,
  } as const;
  contents.take(
    [pod, node, { ...event, lastAt: '2026-03-08T14:00:00.000Z' }, { ...event, lastAt: '2026-03-08T14:45:00.000Z' }],
    'kubernetes.object',
  );
  contents.setMetrics([
    {
      metric: { namespace: 'shop', pod: 'a-1' },
      values: [
        [seconds - 10, '1'],
        [seconds + 10, '2'],
      ],
    },
    { metric: { namespace: 'shop', pod: 'b-1' }, values: [[seconds + 10, '2']] },
    { metric: { namespace: 'shop', service: 'a' }, values: [[seconds, '3']] },
    { metric: { namespace: 'other' }, values: [[seconds, '4']] },
  ]);
  contents.setChecks({ connectivity: [], nodeServices: [{ node: 'n', service: 'kubelet', active: true, output: '' }] });
});
const none = readerOf(() => undefined);

describe('given a capture, when it is asked', () => {
  it('then it tells the objects of a namespace, or those of none', async () => {
    expect(await full.objects('shop', ['Pod', 'Node'])).toMatchObject([{ kind: 'Pod' }]);
    expect(await full.objects(undefined, ['Pod', 'Node'])).toMatchObject([{ kind: 'Node' }]);
    expect(await full.objects('shop', ['Node'])).toEqual([]);
  });

  it('then it tells the series of a namespace, and of its pods and what stands over them', async () => {
    expect(await full.metrics('shop', undefined)).toHaveLength(3);
    expect((await full.metrics('shop', ['a-1']))?.map(({ metric }) => metric.pod ?? metric.service)).toEqual([
      'a-1',
      'a',
    ]);
    expect(await none.metrics('shop', undefined)).toBeUndefined();
    expect(await none.checks()).toBeUndefined();
  });

  it('then for a moment before it was taken it tells nothing that came later', async () => {
    expect(await full.objects('shop', ['Pod'], before)).toBeUndefined();
    expect(await full.checks(before)).toBeUndefined();
    expect(await full.events('shop', before)).toHaveLength(1);
    expect((await full.metrics('shop', undefined, before))?.map(({ values }) => values)).toEqual([
      [[seconds - 10, '1']],
      [[seconds, '3']],
    ]);
    expect(await full.checks('2026-03-08T15:00:05.000Z')).toBeDefined();
  });
});

describe('given several readers of one cluster, when they are combined', () => {
  it('then what any of them knows is told once', async () => {
    const both = combineReaders([none, full, full]);
    expect(await both.objects('shop', ['Pod'])).toHaveLength(1);
    expect(await both.events('shop')).toHaveLength(2);
    expect((await both.checks())?.nodeServices).toHaveLength(2);
    expect(await combineReaders([none, none]).metrics('shop', undefined)).toBeUndefined();
  });

  it('then a log with lines goes before an empty one', async () => {
    const log = (lines: string[]): LogExcerpt => ({
      namespace: 'shop',
      pod: 'a',
      container: 'c',
      previous: false,
      lines,
      omitted: 0,
    });
    const [empty, filled] = [[], ['x']].map((lines) => ({ ...none, logs: async () => [log(lines)] }));
    if (!empty || !filled) throw new Error('unreachable');
    const request = { namespace: 'shop', pod: 'a', previous: false, tailLines: 5 };
    expect(await combineReaders([none, empty, filled]).logs(request)).toEqual([log(['x'])]);
  });
});

describe('given a log, when its end is taken', () => {
  const tail = (lines: readonly string[], tailLines = 10, until?: string) => {
    const taken = createLogTail(tailLines, until);
    for (const line of lines) taken.add(line);
    return taken.end();
  };

  it('then repeats are folded, colours go, secrets go, and what is left out is counted', () => {
    const key = ['-----BEGIN PRIVATE KEY-----', 'MIIEvQ', '-----END PRIVATE KEY-----'];
    const lines = ['first', 'again', 'again', 'again', '\u001b[31mred\u001b[0m', 'password=hunter2', ...key, 'last'];
    expect(tail(lines)).toEqual({
      lines: [
        'first',
        'again (repeated 3 times)',
        'red',
        'password=[REDACTED]',
        '[REDACTED]',
        '[REDACTED] (repeated 2 times)',
        'last',
      ],
      omitted: 0,
    });
    expect(tail(lines, 2)).toEqual({ lines: ['[REDACTED] (repeated 2 times)', 'last'], omitted: 7 });
  });

  it('then of a long log only the end is held', () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => `line ${i}`);
    expect(tail(lines, 3)).toEqual({ lines: ['line 9997', 'line 9998', 'line 9999'], omitted: 9997 });
  });

  it('then what was written after the moment is left out, with the lines that belong to it', () => {
    const lines = ['2026-03-08 14:00:00 a', '  at x', '2026-03-08T14:31:00Z b', '  at y', '2026-03-08 14:29:00,5 c'];
    expect(tail(lines, 10, before).lines).toEqual(['2026-03-08 14:00:00 a', '  at x', '2026-03-08 14:29:00,5 c']);
  });
});
