import { appendFileSync, copyFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FollowedFile, followFile } from './follow-file.ts';

let dir: string;
let path: string;
let open: FollowedFile[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'winnow-follow-'));
  path = join(dir, 'audit.log');
});
afterEach(async () => {
  for (const each of open) await each.close();
  open = [];
  rmSync(dir, { recursive: true });
});

const follow = (kept?: unknown) => {
  const file = followFile(path, kept);
  open.push(file);
  return file;
};
const write = (...lines: string[]) => appendFileSync(path, lines.map((line) => `${line}\n`).join(''));

/** All that is there now, and the last place. Three looks at its end: a rotation is gone through by then. */
async function drain(file: FollowedFile) {
  const lines: (string | undefined)[] = [];
  let place: unknown;
  for (let idle = 0; idle < 3; ) {
    const piece = await file.next();
    if (!piece) idle++;
    for (const { text } of piece?.lines ?? []) lines.push(text);
    place = piece?.place ?? place;
  }
  return { lines, place };
}
const linesOf = async (file: FollowedFile) => (await drain(file)).lines;

describe('given a file that is followed', () => {
  test('when it was there before, then only what comes is read; when it is made later, then all of it', async () => {
    await expect(follow().next()).rejects.toMatchObject({ code: 'ENOENT' });
    const early = follow();
    await expect(early.next()).rejects.toMatchObject({ code: 'ENOENT' });
    write('one');
    const late = follow();
    expect(await linesOf(late)).toEqual([]);
    write('two');
    expect(await linesOf(early)).toEqual(['one', 'two']);
    expect(await linesOf(late)).toEqual(['two']);
  });

  test('when its last line is not ended, then it waits for the rest', async () => {
    writeFileSync(path, '');
    const file = follow();
    await drain(file);
    appendFileSync(path, 'one\ntw');
    expect(await linesOf(file)).toEqual(['one']);
    appendFileSync(path, 'o\n');
    expect(await linesOf(file)).toEqual(['two']);
  });

  test('when a line is too long, then it alone is left out', async () => {
    writeFileSync(path, '');
    const file = follow();
    await drain(file);
    write('one', 'x'.repeat(5_000_000), 'y'.repeat(700_000), 'two');
    expect((await linesOf(file)).map((line) => line?.slice(0, 3))).toEqual(['one', undefined, 'yyy', 'two']);
  });

  test('when it is renamed and made anew, then the rest of the old one comes first, its last line too', async () => {
    write('zero');
    const file = follow();
    await drain(file);
    write('one');
    renameSync(path, join(dir, 'audit-2026-03-08T15-21-12.035.log'));
    appendFileSync(join(dir, 'audit-2026-03-08T15-21-12.035.log'), 'two\nthree, cut off');
    write('four');
    expect(await linesOf(file)).toEqual(['one', 'two', 'three, cut off', 'four']);
    expect(file.counts()).toEqual({ rotations: 1, truncations: 0, gaps: 0 });
  });

  test('when it is rotated several times between two looks, then no file is passed over', async () => {
    write('zero');
    const file = follow();
    await drain(file);
    for (const turn of [1, 2, 3]) {
      write(`in ${turn}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      renameSync(path, join(dir, `audit-2026-03-08T15-21-1${turn}.000.log`));
    }
    write('last');
    expect(await linesOf(file)).toEqual(['in 1', 'in 2', 'in 3', 'last']);
  });

  test('when it is rotated again while the rest of the old file is awaited, then no file is passed over', async () => {
    const rotate = async (turn: number) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      renameSync(path, join(dir, `audit-2026-03-08T15-21-1${turn}.000.log`));
    };
    write('zero');
    const file = follow();
    await drain(file);
    write('in 1');
    await rotate(1);
    write('in 2');
    expect((await file.next())?.lines.map(({ text }) => text)).toEqual(['in 1']);
    // It sees that the file was renamed, and waits for its writer to let go of it.
    expect(await file.next()).toBeUndefined();
    await rotate(2);
    write('in 3');
    await rotate(3);
    // The next is not made yet.
    await expect(file.next()).rejects.toMatchObject({ code: 'ENOENT' });
    write('last');
    expect(await linesOf(file)).toEqual(['in 2', 'in 3', 'last']);
    expect(file.counts()).toEqual({ rotations: 3, truncations: 0, gaps: 0 });
  });

  test('when it is copied and cut, then what was not read yet comes from the copy', async () => {
    write('zero', 'one');
    const file = follow();
    await drain(file);
    write('two', 'three');
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    write('four');
    expect(await linesOf(file)).toEqual(['two', 'three', 'four']);
    expect(file.counts()).toMatchObject({ truncations: 1, gaps: 0 });
  });

  test('when it is cut without a copy, then it is read from its start, and the gap is counted', async () => {
    write('zero', 'one');
    const file = follow();
    await drain(file);
    truncateSync(path);
    write('two is longer than all before');
    expect(await linesOf(file)).toEqual(['two is longer than all before']);
    expect(file.counts()).toMatchObject({ truncations: 1, gaps: 1 });
  });
});

describe('given the place that was reached before a restart', () => {
  async function placeAfter(...lines: string[]) {
    writeFileSync(path, '');
    const file = follow();
    await drain(file);
    write(...lines);
    return (await drain(file)).place;
  }

  test('when the file has only grown, then it goes on there', async () => {
    const place = await placeAfter('one');
    write('two');
    expect(await linesOf(follow(place))).toEqual(['two']);
  });

  test('when it was renamed twice meanwhile, then all files since are read in order', async () => {
    const place = await placeAfter('one');
    write('two');
    for (const [turn, lines] of [
      ['1', ['three']],
      ['2', ['four']],
    ] as const) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      renameSync(path, join(dir, `audit-2026-03-08T15-21-1${turn}.000.log`));
      write(...lines);
    }
    expect(await linesOf(follow(place))).toEqual(['two', 'three', 'four']);
  });

  test('when it was copied and cut, then the rest is found in the copy by what stands before the place', async () => {
    const place = await placeAfter('one');
    write('two');
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    write('three');
    expect(await linesOf(follow(place))).toEqual(['two', 'three']);
  });

  test('when the old file is compressed or gone, then the new one is read from its start, and the gap is counted', async () => {
    const place = await placeAfter('one');
    rmSync(path);
    write('three');
    const file = follow(place);
    expect(await linesOf(file)).toEqual(['three']);
    expect(file.counts()).toMatchObject({ gaps: 1 });
  });

  test('when what was kept is no place, then it is as if none was', async () => {
    write('one');
    const file = follow({ offset: 'far' });
    await drain(file);
    write('two');
    expect(await linesOf(file)).toEqual(['two']);
  });
});
