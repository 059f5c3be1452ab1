// A replay that is killed, any number of times, and started again with the same data prints the bytes of one that was not.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { freshDirectory, winnow } from './winnow.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const recording = join(root, 'examples/outage.jsonl.gz');
const replay = ['replay', recording, '--capture', join(root, 'examples/cascade'), '--json'];

/** Starts a replay and kills it after so many milliseconds. @returns false where it had come to its end before. */
async function killAfter(ms: number, data: string): Promise<boolean> {
  const main = join(root, 'packages/cli/src/main.ts');
  const child = spawn(process.execPath, [main, ...replay, '--data', data], { stdio: 'ignore' });
  const timer = setTimeout(() => child.kill('SIGKILL'), ms);
  const [, signal] = await once(child, 'exit');
  clearTimeout(timer);
  return signal === 'SIGKILL';
}

describe('given a replay with a data directory', () => {
  it('when it is killed again and again and goes on, then it prints the bytes of one that was not, and of diagnose', async () => {
    const data = freshDirectory();
    const whole = await winnow(...replay);
    let kills = 0;
    // Ever later, so that it dies while it loads, while it reads, and while it explains.
    for (const ms of [900, 1300, 1700, 2100, 2500, 2900]) if (await killAfter(ms, data)) kills++;
    const resumed = await winnow(...replay, '--data', data);
    const diagnosed = await winnow('diagnose', ...replay.slice(1));
    expect(kills).toBeGreaterThan(0);
    expect(resumed.stdout).toBe(whole.stdout);
    expect(diagnosed.stdout).toBe(whole.stdout);
    expect(JSON.parse(whole.stdout).incidents.length).toBeGreaterThan(10);
  });

  it('when the directory holds another replay, then it says so', async () => {
    const data = freshDirectory();
    await winnow(...replay, '--data', data);
    const other = join(freshDirectory(), 'other.jsonl');
    const heard = { source: 'kubernetes.event', instance: 'i' };
    writeFileSync(
      other,
      JSON.stringify({ at: '2026-03-08T15:21:12.035Z', cluster: 'c', source: 'heartbeat', payload: heard }),
    );
    const refused = await winnow('replay', other, '--data', data, '--json');
    expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('another input') });
  });
});
