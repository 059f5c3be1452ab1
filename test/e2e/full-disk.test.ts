// A disk that fills up while alerts come in. Needs the right to mount a small file system; skipped elsewhere.
import { execFileSync } from 'node:child_process';
import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { alertAbout, freshDirectory, ledgerOf, postAlerts, startUp, until } from './winnow.ts';

const mounts: string[] = [];
afterEach(() => {
  // Before the processes are killed and the directory is removed: this hook was added last, so it runs first.
  for (const mount of mounts.splice(0)) execFileSync('umount', ['-l', mount], { stdio: 'ignore' });
});

function mountSmall(directory: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', directory], { stdio: 'ignore' });
    mounts.push(directory);
    return true;
  } catch {
    return false;
  }
}

/** Takes all the room that is left. */
function fill(file: string): void {
  try {
    for (;;) appendFileSync(file, Buffer.alloc(64 * 1024));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

describe('given a disk that is full', () => {
  test('when alerts are posted, then 503 until there is room again, and nothing answered 200 is lost', async (context) => {
    const data = freshDirectory();
    if (!mountSmall(data)) return context.skip();
    const up = await startUp(data, '--no-example');
    let taken = 0;
    const post = async (n: number) => {
      const answer = await postAlerts(up.url, [alertAbout(`w${n % 20}`, { n: String(n), pad: 'x'.repeat(2_000) })]);
      if (answer.status === 200) taken++;
      return answer.status;
    };
    expect(await post(0)).toBe(200);

    const ballast = join(data, 'ballast');
    fill(ballast);
    let status = 200;
    for (let n = 1; status === 200 && n < 5_000; n++) status = await post(n);
    expect(status).toBe(503);
    expect((await fetch(`${up.url}/-/ready`)).status).toBe(503);

    rmSync(ballast);
    await until(
      async () => (await post(9_999)) === 200,
      () => 'alerts are taken again',
      200,
    );
    await until(
      async () => (await fetch(`${up.url}/-/ready`)).ok,
      () => 'ready again',
    );
    await until(
      async () => (await ledgerOf(data, 'alertmanager.alerts'))?.pending === 0,
      () => 'nothing pending',
      500,
    );
    expect((await ledgerOf(data, 'alertmanager.alerts'))?.received).toBeGreaterThanOrEqual(taken);
    const { code } = await up.end('SIGTERM');
    expect(code).toBe(0);
  });
});
