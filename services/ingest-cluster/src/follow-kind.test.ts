// Lists and watches of one kind against an API server that does what such servers do.
import { setTimeout as sleep } from 'node:timers/promises';
import { createMemoryCheckpoints, LogUnavailable } from '@winnow/stream';
import { describe, expect, it } from 'vitest';
import {
  type Answer,
  bookmark,
  brief,
  configMap,
  expired,
  LIST,
  line,
  listOf,
  runScripted,
  type ScriptedOptions,
  WATCH,
} from './testing/scripted-cluster.ts';

type Running = ReturnType<typeof runScripted>;

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    if (tries > 20_000) throw new Error('it did not come about');
    await sleep(1);
  }
}

/** Runs until it is so, and stops. */
async function runUntil(options: ScriptedOptions, isSo: (running: Running) => boolean): Promise<Running> {
  const running = runScripted(options);
  try {
    await until(() => isSo(running));
  } finally {
    await running.ingest.stop();
  }
  return running;
}

const count = (running: Running, is: string) => running.asked.filter((each) => each.is === is).length;
const metric = ({ ingest }: Running, name: string) =>
  Object.fromEntries(
    (ingest.readMetrics().find((family) => family.name === `winnow_cluster_${name}`)?.samples ?? []).map(
      ({ labels, value }) => [labels.reason ?? '', value],
    ),
  );
const refusals = ({ warnings }: Running) => warnings.filter((each) => each.includes('may not'));
const open: Answer = { open: true };
const saved = ({ checkpoints }: Pick<Running, 'checkpoints'>) =>
  checkpoints.load('ingest-cluster/default/prod/configmaps');

describe('given a kind that is listed and watched', () => {
  it('when it is read in pages, then it is one list in the log, and the watch goes on from its version', async () => {
    const running = await runUntil(
      {
        list: ({ query }) =>
          query?.continue
            ? listOf([configMap('b', 2)], '100')
            : listOf([configMap('a', 1)], '100', { continue: 'next' }),
        watch: () => ({ chunks: [line('ADDED', configMap('c', 101)), bookmark(105)], open: true }),
      },
      ({ items }) => items.length === 5,
    );
    expect(running.items.map(brief)).toEqual(['begin', '+a@1', '+b@2', 'end', '+c@101']);
    expect(running.asked.map(({ is, version }) => [is, version])).toEqual([
      [LIST, undefined],
      [LIST, undefined],
      [WATCH, '100'],
    ]);
  });

  it('when a bookmark comes, then what is saved is that version, and the next watch begins there', async () => {
    const running = await runUntil(
      { list: () => listOf([]), watch: (_, nth) => (nth === 0 ? { chunks: [bookmark(500)] } : open) },
      (it) => count(it, WATCH) === 2,
    );
    expect(running.asked.at(-1)?.version).toBe('500');
    expect(await saved(running)).toEqual({ resourceVersion: '500' });
  });

  it.each([
    ['the answer', { status: 410, chunks: [expired] }],
    ['an event of the watch', { chunks: [line('ERROR', expired)] }],
  ])('when its version is gone, and %s says so, then it is listed anew', async (_, gone) => {
    const running = await runUntil(
      { list: () => listOf([configMap('a', 1)]), watch: (_, nth) => (nth === 0 ? gone : open) },
      (it) => count(it, WATCH) === 2,
    );
    expect(running.items.map(brief)).toEqual(['begin', '+a@1', 'end', 'begin', '+a@1', 'end']);
    expect(metric(running, 'lists_total')).toEqual({ start: 1, gone: 1 });
  });

  it('when a stale watch is closed in good order at once without a word, then it is listed anew', async () => {
    const checkpoints = createMemoryCheckpoints();
    await checkpoints.save('ingest-cluster/default/prod/configmaps', { resourceVersion: '7' });
    const running = await runUntil(
      {
        checkpoints,
        list: () => listOf([configMap('a', 90)]),
        watch: ({ query }) => (query?.resourceVersion === '7' ? {} : open),
      },
      ({ items }) => items.length === 3,
    );
    expect(metric(running, 'lists_total')).toEqual({ 'silent-close': 1 });
    expect(count(running, WATCH)).toBeLessThanOrEqual(2);
  });

  it('when each watch of a quiet kind is closed at once, then it is listed ever more seldom, and asked at a bounded rate', async () => {
    const hour = 3_600_000;
    const running = await runUntil(
      { list: () => listOf([]), watch: () => ({}) },
      ({ clock }) => clock.now() > 4 * hour,
    );
    expect(count(running, LIST)).toBeLessThan(20);
    expect(count(running, WATCH)).toBeLessThan(500);
  });

  it('when the token of a page has expired, then the list begins anew, and in the end comes in one page', async () => {
    const running = await runUntil(
      {
        list: ({ query }) => {
          if (query?.continue) return { status: 410, chunks: [expired] };
          return listOf([configMap('a', 1)], '100', query?.limit ? { continue: 'next' } : {});
        },
        watch: () => open,
      },
      (it) => count(it, WATCH) === 1,
    );
    expect(running.items.map(brief)).toEqual(['begin', '+a@1', 'begin', '+a@1', 'begin', '+a@1', 'end']);
    expect(metric(running, 'lists_total')).toEqual({ start: 1, 'continue-expired': 2 });
  });

  it('when a page or a line is cut off, then nothing is taken for the whole, and it is asked again', async () => {
    const running = await runUntil(
      {
        list: (_, nth) =>
          nth === 0 ? { chunks: ['{"metadata":{"resourceVersion":"1"},"items":[{"meta'] } : listOf([]),
        watch: (_, nth) =>
          nth === 0
            ? { chunks: [line('ADDED', configMap('a', 101)), line('ADDED', configMap('b', 102)).slice(0, 30)] }
            : { chunks: [line('ADDED', configMap('b', 102))], open: true },
      },
      ({ items }) => items.length === 5,
    );
    expect(running.items.map(brief)).toEqual(['begin', 'begin', 'end', '+a@101', '+b@102']);
    expect(running.asked.at(-1)?.version).toBe('101');
    expect(metric(running, 'watch_restarts_total')).toEqual({ cut: 1 });
  });

  it('when the log cannot be written, then it is tried until it can, and no place is saved before', async () => {
    let refusals = 0;
    const places: unknown[] = [];
    const checkpoints = createMemoryCheckpoints();
    const running = await runUntil(
      {
        list: () => listOf([]),
        watch: (_, nth) => (nth === 0 ? { chunks: [line('ADDED', configMap('a', 101))], open: true } : open),
        append: async ([first]) => {
          if (!first?.items.some((item) => item.type === 'object') || refusals >= 3) return;
          refusals++;
          places.push(await saved({ checkpoints }));
          throw new LogUnavailable('the disk is full');
        },
        checkpoints,
      },
      ({ items }) => items.length === 3,
    );
    expect([refusals, running.items.map(brief)]).toEqual([3, ['begin', 'end', '+a@101']]);
    expect(running.warnings.filter((text) => text.includes('cannot be written'))).toHaveLength(1);
    expect(places).toEqual(Array.from({ length: 3 }, () => ({ resourceVersion: '100' })));
    expect(await saved(running)).toEqual({ resourceVersion: '101' });
  });

  it('when an update changes no fact, then it is left out and counted; a list tells everything', async () => {
    const running = await runUntil(
      {
        list: () => listOf([configMap('a', 1, { k: 'v' })]),
        watch: (_, nth) =>
          nth > 0
            ? open
            : {
                chunks: [
                  line('MODIFIED', configMap('a', 101, { k: 'v' })),
                  // There and back: the last word is what was sent.
                  line('MODIFIED', configMap('a', 102, { k: 'w' })) + line('MODIFIED', configMap('a', 103, { k: 'v' })),
                  line('MODIFIED', configMap('a', 104, { k: 'v' })),
                ],
              },
      },
      (it) => count(it, WATCH) === 2,
    );
    expect(running.items.map(brief)).toEqual(['begin', '+a@1', 'end', '~a@102', '~a@103']);
    expect(metric(running, 'objects_suppressed_total')).toEqual({ 'same-facts': 2 });
    expect(running.asked.at(-1)?.version).toBe('104');
  });

  it('when its version is of a future that the server does not know, then after some patience it is listed as restored', async () => {
    const lost = {
      code: 504,
      message: 'Too large resource version',
      details: { causes: [{ reason: 'ResourceVersionTooLarge' }] },
    };
    const checkpoints = createMemoryCheckpoints();
    await checkpoints.save('ingest-cluster/default/prod/configmaps', { resourceVersion: '9999' });
    const running = await runUntil(
      {
        checkpoints,
        list: () => listOf([configMap('a', 5)]),
        watch: ({ query }) => (query?.resourceVersion === '9999' ? { status: 504, chunks: [lost] } : open),
      },
      ({ items }) => items.length === 3,
    );
    expect(running.items.map(brief)).toEqual(['begin-restored', '+a@5', 'end']);
    expect(count(running, WATCH)).toBeGreaterThanOrEqual(4);
  });

  it('when the server fails, then it is asked ever more seldom, and not before the time that it names', async () => {
    const running = await runUntil(
      {
        list: () => listOf([]),
        watch: (_, nth) =>
          nth < 4 ? { status: 500 } : nth === 4 ? { status: 429, headers: { 'retry-after': '77' } } : open,
      },
      (it) => count(it, WATCH) === 6,
    );
    const times = running.asked.filter(({ is }) => is === WATCH).map(({ at }) => at);
    const waits = times.slice(1).map((at, i) => at - times[i]!);
    expect(waits).toEqual([750, 1_500, 3_000, 6_000, 77_000]);
  });

  it('when a server that has just started refuses what it will allow, then the watch goes on where it stood, and nobody is told of a refusal', async () => {
    const running = await runUntil(
      {
        list: () => listOf([configMap('a', 5)]),
        watch: (_, nth) => (nth < 4 ? { status: 403 } : { chunks: [line('ADDED', configMap('b', 101))], open: true }),
      },
      ({ items }) => items.length === 4,
    );
    expect([count(running, LIST), running.items.map(brief)]).toEqual([1, ['begin', '+a@5', 'end', '+b@101']]);
    expect(refusals(running)).toEqual([]);
  });

  it('when it goes on refusing, then that is told once', async () => {
    const running = await runUntil(
      { list: () => listOf([]), watch: () => ({ status: 403 }) },
      (it) => refusals(it).length > 0,
    );
    expect(refusals(running)).toEqual(['prod: may not watch configmaps']);
    expect(count(running, WATCH)).toBe(6);
  });

  it('when a connection breaks again and again as soon as it is made, then it is made ever more seldom', async () => {
    const running = await runUntil(
      { list: () => listOf([]), watch: (_, nth) => (nth < 4 ? { breaks: 'reset' } : open) },
      (it) => count(it, WATCH) === 5,
    );
    const times = running.asked.filter(({ is }) => is === WATCH).map(({ at }) => at);
    expect(times.at(-1)! - times.at(-2)!).toBe(6_000);
    expect(count(running, LIST)).toBe(1);
  });

  it('when a watch stays open and says nothing, then it is begun anew where it stood, without a list', async () => {
    const running = await runUntil(
      {
        silence: 20,
        list: () => listOf([]),
        watch: (_, nth) => (nth === 0 ? { chunks: [line('ADDED', configMap('a', 101))], open: true } : open),
      },
      (it) => count(it, WATCH) >= 3,
    );
    expect(running.asked.slice(1).map(({ is, version }) => [is, version])).toContainEqual([WATCH, '101']);
    expect([count(running, LIST), running.items.map(brief)]).toEqual([1, ['begin', 'end', '+a@101']]);
    expect(metric(running, 'watch_restarts_total').silent).toBeGreaterThanOrEqual(2);
  });

  it('when an object cannot be read, then it is a dead letter among its neighbours', async () => {
    const running = await runUntil(
      {
        list: () => listOf([configMap('a', 1), { metadata: {} }, configMap('b', 2)]),
        watch: () => ({ chunks: ['no json\n', line('ADDED', configMap('c', 101))], open: true }),
      },
      ({ items }) => items.length === 7,
    );
    expect(running.items.map(brief)).toEqual(['begin', '+a@1', 'unreadable', '+b@2', 'end', 'unreadable', '+c@101']);
    expect(metric(running, 'objects_unreadable_total')).toEqual({ '': 2 });
  });

  it('when a list is large, then it is sent on in parts, before it has come to its end', async () => {
    const many = Array.from({ length: 500 }, (_, i) => configMap(`c${i}`, i + 1, { text: 'x'.repeat(2_000) }));
    let appends = 0;
    const text = JSON.stringify({ metadata: { resourceVersion: '100' }, items: many });
    const chunks = text.match(/.{1,65536}/g) ?? [];
    await runUntil(
      {
        list: () => ({ chunks }),
        watch: () => open,
        append: async () => {
          appends++;
        },
      },
      (it) => count(it, WATCH) === 1,
    );
    // Its beginning and its end are two of them.
    expect(appends).toBeGreaterThan(4);
  });
});
