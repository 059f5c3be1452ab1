import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogUnavailable } from '@winnow/stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openCheckpoints } from './checkpoints.ts';

function freshDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'winnow-checkpoints-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

describe('given the checkpoints of a data directory', () => {
  test('when the file is broken, then it says so and sources begin anew', async () => {
    const dir = freshDir();
    writeFileSync(join(dir, 'checkpoints.json'), '{"a":');
    const checkpoints = openCheckpoints(dir);
    expect(checkpoints.damage).toContain('checkpoints.json');
    expect(await checkpoints.load('a')).toBeUndefined();
    await checkpoints.save('a', 1);
    expect(openCheckpoints(dir).damage).toBeUndefined();
  });

  test('when it cannot be written, then the save is refused, and later ones go through again', async () => {
    const dir = join(freshDir(), 'gone');
    const checkpoints = openCheckpoints(dir);
    await expect(checkpoints.save('a', 1)).rejects.toBeInstanceOf(LogUnavailable);
    const { mkdirSync } = await import('node:fs');
    mkdirSync(dir);
    await checkpoints.save('b', 2);
    expect(JSON.parse(readFileSync(join(dir, 'checkpoints.json'), 'utf8'))).toEqual({ a: 1, b: 2 });
  });
});
