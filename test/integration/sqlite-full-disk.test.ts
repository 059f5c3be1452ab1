// Fills a real file system: a tmpfs of a few megabytes, which needs the right to mount.
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSqlite } from '@winnow/sqlite';
import { LogUnavailable } from '@winnow/stream';
import { expect, onTestFinished, test } from 'vitest';
import { dataDir } from './sqlite-fixtures/data-dir.ts';
import { bytes, commit, readAll, record } from './sqlite-fixtures/samples.ts';

function mountSmall(dir: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', dir]).status === 0;
}

function unmount(dir: string): void {
  spawnSync('umount', ['-l', dir]);
}

function canMount(): boolean {
  const dir = spawnSync('mktemp', ['-d']).stdout.toString().trim();
  const mounted = mountSmall(dir);
  if (mounted) unmount(dir);
  rmSync(dir, { recursive: true });
  return mounted;
}

const mounts = canMount();
if (!mounts)
  console.warn('No right to mount a tmpfs: only the simulation of a full disk is run (group-commit.test.ts).');

function smallDisk(): string {
  const dir = dataDir();
  mountSmall(dir);
  onTestFinished(() => unmount(dir));
  return dir;
}

/** Appends until it is refused; gives the numbers of the records that were acknowledged. */
async function appendUntilRefused(log: ReturnType<typeof openSqlite>['log'], start: number): Promise<number[]> {
  const acknowledged: number[] = [];
  for (let number = start; ; number++) {
    const refused = await log.append([record({ number, text: 'x'.repeat(50_000) })]).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (refused === undefined) acknowledged.push(number);
    else {
      expect(refused).toBeInstanceOf(LogUnavailable);
      return acknowledged;
    }
  }
}

const numbersIn = async (log: ReturnType<typeof openSqlite>['log']) =>
  (await readAll(log)).map((each) => (each.value as { number: number }).number);

test.runIf(mounts)(
  'given a disk that is full, when space is back, then appends go on by themselves and nothing acknowledged is lost',
  async () => {
    const dir = smallDisk();
    const filler = join(dir, 'filler');
    writeFileSync(filler, Buffer.alloc(4 * 1024 * 1024));
    const first = openSqlite(dir);
    const before = await appendUntilRefused(first.log, 0);
    expect(before.length).toBeGreaterThan(10);
    await expect(first.log.append([record('x'.repeat(50_000))])).rejects.toThrow(
      /the disk is full; nothing was written/,
    );
    // Reading goes on while nothing can be written.
    expect(await numbersIn(first.log)).toEqual(before);

    rmSync(filler);
    const after = await appendUntilRefused(first.log, 1_000);
    expect(after.length).toBeGreaterThan(10);
    await first.close();

    const second = openSqlite(dir);
    expect(await numbersIn(second.log)).toEqual([...before, ...after]);
    expect((await readAll(second.log)).map((each) => each.offset)).toEqual(
      [...before, ...after].map((_, index) => index),
    );
    await second.close();
  },
);

test.runIf(mounts)(
  'given a full disk, when a stage commits, then nothing of the commit is kept, and the same commit succeeds later',
  async () => {
    const dir = smallDisk();
    const filler = join(dir, 'filler');
    const { log, store, close } = openSqlite(dir);
    const claim = await store.claim('signals', 0);
    await log.append([record('first')]);
    writeFileSync(filler, Buffer.alloc(6 * 1024 * 1024));
    const outgoing = [record('out', { topic: 'winnow.signals' })];
    const delta = bytes('d'.repeat(3_000_000));
    const attempt = commit({ to: { 'winnow.observations': 1 }, seq: 1, delta, outgoing });
    await expect(store.commit(claim, attempt)).rejects.toBeInstanceOf(LogUnavailable);
    expect((await store.load(claim)).offsets).toEqual({});
    expect(await readAll(log, 'winnow.signals')).toEqual([]);

    rmSync(filler);
    expect(await store.commit(claim, attempt)).toBe('committed');
    expect(await readAll(log, 'winnow.signals')).toHaveLength(1);
    await close();
  },
);

test.runIf(mounts)(
  'given a disk that is full from the start, when the data is opened, then it is told what to do',
  () => {
    const dir = smallDisk();
    try {
      writeFileSync(join(dir, 'filler'), Buffer.alloc(9 * 1024 * 1024));
    } catch {}
    expect(() => openSqlite(dir)).toThrow(LogUnavailable);
  },
);
