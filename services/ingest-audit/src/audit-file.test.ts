import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Envelope } from '@winnow/contracts';
import { createMemoryCheckpoints, LogUnavailable } from '@winnow/stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type AuditFile, type AuditFileOptions, startAuditFile } from './audit-file.ts';

let dir: string;
let path: string;
let running: AuditFile[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'winnow-audit-'));
  path = join(dir, 'audit.log');
});
afterEach(async () => {
  await Promise.all(running.map((each) => each.stop()));
  running = [];
  rmSync(dir, { recursive: true });
});

const line = (auditID: string) =>
  `${JSON.stringify({ auditID, verb: 'get', stageTimestamp: '2026-03-08T15:00:00Z' })}\n`;
const checkpoints = createMemoryCheckpoints();

function follow(more: Partial<AuditFileOptions> = {}) {
  const log: Envelope[] = [];
  const file = startAuditFile({
    path,
    cluster: 'prod',
    tenant: 'default',
    instance: 'one',
    append: async (envelopes) => void log.push(...envelopes),
    checkpoints,
    now: () => '2026-03-08T15:00:10.000Z',
    lookEvery: 5,
    beatEvery: 10,
    ...more,
  });
  running.push(file);
  const ids = () => log.flatMap(({ items }) => items.map((item) => (item.type === 'audit' ? item.auditID : item.type)));
  return {
    file,
    log,
    entries: () => ids().filter((id) => id !== 'heartbeat'),
    beats: () => ids().filter((id) => id === 'heartbeat'),
  };
}
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 30_000, interval: 5 });

describe('given an audit log that is followed', () => {
  test('when it is not there, then the source is blind and vouches for nothing, until it is', async () => {
    const { file, entries, beats } = follow();
    await eventually(() =>
      expect(file.status()).toMatchObject([{ state: 'blind', details: [`${path} is not there`] }]),
    );
    expect(beats()).toEqual([]);
    writeFileSync(path, line('a'));
    await eventually(() => expect(entries()).toEqual(['a']));
    await eventually(() => expect(beats()).not.toEqual([]));
    expect(file.status()).toMatchObject([{ source: 'audit.event', cluster: 'prod', state: 'connected', details: [] }]);
  });

  test('when the log cannot be written, then entries wait in the file and none is lost; the place follows what is durable', async () => {
    writeFileSync(path, '');
    let broken = true;
    const kept: Envelope[] = [];
    const append = async (envelopes: readonly Envelope[]) => {
      if (broken) throw new LogUnavailable('full');
      kept.push(...envelopes);
    };
    const { file } = follow({ append });
    await eventually(() => expect(file.status()[0]?.state).toBe('connected'));
    appendFileSync(path, line('b') + line('c'));
    await eventually(() => expect(file.status()[0]?.details.join()).toContain('cannot be written'));
    broken = false;
    const read = () =>
      kept.flatMap(({ items }) => items.flatMap((item) => (item.type === 'audit' ? item.auditID : [])));
    await eventually(() => expect(read()).toEqual(['b', 'c']));
    await file.stop();
    appendFileSync(path, line('d'));
    const again = follow();
    await eventually(() => expect(again.entries()).toEqual(['d']));
  });

  test('when its place cannot be read at first, then entries wait in the file and none is skipped', async () => {
    const places = createMemoryCheckpoints();
    const before = follow({ checkpoints: places });
    await eventually(() => expect(before.file.status()[0]?.state).toBe('blind'));
    writeFileSync(path, line('a'));
    await eventually(() => expect(before.entries()).toEqual(['a']));
    await before.file.stop();
    appendFileSync(path, line('b') + line('c'));
    let isAway = true;
    const load = async (key: string) => {
      if (isAway) throw new LogUnavailable('Redis is away');
      return places.load(key);
    };
    const { file, entries } = follow({ checkpoints: { load, save: places.save } });
    await eventually(() => expect(file.status()[0]?.details).toEqual([expect.stringContaining('cannot be read now')]));
    isAway = false;
    await eventually(() => expect(entries()).toEqual(['b', 'c']));
  });

  test('when lines are no entries, then each is told with its place, and its neighbours are kept', async () => {
    writeFileSync(path, '');
    const { file, log, entries } = follow({ checkpoints: createMemoryCheckpoints() });
    await eventually(() => expect(file.status()[0]?.state).toBe('connected'));
    appendFileSync(path, `${line('e')}{"verb":"get"}\n\nnonsense\n${line('f')}`);
    await eventually(() => expect(entries()).toEqual(['e', 'unreadable', 'unreadable', 'f']));
    const places = log.flatMap(({ items }) => items.flatMap((item) => (item.type === 'unreadable' ? item.place : [])));
    expect(places).toEqual([
      expect.stringMatching(/audit\.log at byte \d+ auditID/),
      expect.stringMatching(/at byte \d+$/),
    ]);
    expect(file.readMetrics()).toContainEqual(
      expect.objectContaining({
        name: 'winnow_audit_file_unreadable_total',
        samples: [{ labels: { cluster: 'prod' }, value: 2 }],
      }),
    );
  });

  test('when the flow is behind, then it waits', async () => {
    writeFileSync(path, '');
    let pressed = false;
    let asked = 0;
    const pressure = () => {
      asked++;
      return pressed ? { retryAfter: 0.005 } : undefined;
    };
    const askedAgain = async () => {
      const before = asked;
      await eventually(() => expect(asked).toBeGreaterThan(before + 2));
    };
    const { file, entries } = follow({ checkpoints: createMemoryCheckpoints(), pressure });
    await eventually(() => expect(file.status()[0]?.state).toBe('connected'));
    pressed = true;
    await askedAgain();
    appendFileSync(path, line('g'));
    await askedAgain();
    expect(entries()).toEqual([]);
    pressed = false;
    await eventually(() => expect(entries()).toEqual(['g']));
  });
});
