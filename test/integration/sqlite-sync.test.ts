// Counts the syncs that the kernel is asked for, by strace.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startFixture } from './sqlite-fixtures/child.ts';
import { dataDir } from './sqlite-fixtures/data-dir.ts';

const canTrace = spawnSync('strace', ['-e', 'trace=none', 'true']).status === 0;
const missing =
  'strace is missing or may not trace here (Debian: apt-get install strace): nothing shows that syncs are real.';
if (!canTrace && process.env.CI) throw new Error(missing);
if (!canTrace) console.warn(missing);

type Step = 'sync' | 'ack' | 'commit' | 'begin' | 'end';

/** What a process did, in order: syncs of the write-ahead log and acknowledgements. */
async function trace(
  work: { rounds: number; together: number; commits: number },
  durability = 'disk',
): Promise<Step[]> {
  const dir = dataDir();
  const file = join(dir, 'trace');
  const strace = ['strace', '-f', '-y', '-qq', '-o', file, '-e', 'trace=fsync,fdatasync,write', '-e', 'signal=none'];
  const child = startFixture('append-some.ts', [dir, ...Object.values(work).map(String), durability], strace);
  await child.ended;
  expect(child.lines.at(-1)).toBe('end');
  const steps = readFileSync(file, 'utf8').split('\n').flatMap(createStepReader());
  return steps.slice(steps.indexOf('begin') + 1, steps.indexOf('end'));
}

// Where another thread comes in between, strace tells a call in two lines: its beginning, and that it has been resumed.
function createStepReader(): (line: string) => Step | [] {
  const syncing = new Set<string>();
  return function stepOf(line) {
    const thread = line.split(' ', 1)[0]!;
    if (/\bf(data)?sync\(\d+<[^>]*winnow\.db-wal>/.test(line)) syncing.add(thread);
    if (/\bf(data)?sync\b.*= 0$/.test(line) && syncing.delete(thread)) return 'sync';
    const written = /write\(1<[^>]*>, "(ack|commit|begin|end)/.exec(line)?.[1];
    return (written as Step | undefined) ?? [];
  };
}

const count = (steps: readonly Step[], step: Step) => steps.filter((each) => each === step).length;

test.runIf(canTrace)(
  'given appends one after another, when each resolves, then a sync of its own came before',
  async () => {
    const steps = await trace({ rounds: 8, together: 1, commits: 0 });
    expect(count(steps, 'ack')).toBe(8);
    for (let at = 0; at < steps.length; at++) if (steps[at] === 'ack') expect(steps[at - 1]).toBe('sync');
  },
);

test.runIf(canTrace)(
  'given a hundred appends at the same time, when they resolve, then they shared very few syncs, and none came before its sync',
  async () => {
    const steps = await trace({ rounds: 3, together: 100, commits: 0 });
    expect(count(steps, 'ack')).toBe(300);
    expect(count(steps, 'sync')).toBeGreaterThanOrEqual(3);
    expect(count(steps, 'sync')).toBeLessThanOrEqual(10);
    // Of each round: first a sync, then its acknowledgements.
    for (let round = 0; round < 3; round++) {
      const first = steps.indexOf(
        'ack',
        steps.findIndex((_, at) => count(steps.slice(0, at), 'ack') === round * 100),
      );
      expect(steps[first - 1]).toBe('sync');
    }
  },
);

test.runIf(canTrace)(
  'given durability of the process only, when records are appended, then nothing is synced',
  async () => {
    const steps = await trace({ rounds: 3, together: 10, commits: 3 }, 'process');
    expect(count(steps, 'ack')).toBe(31);
    expect(count(steps, 'sync')).toBe(0);
  },
);

test.runIf(canTrace)(
  'given commits of a stage, when they resolve, then none has waited for a sync, and the next append syncs them with its own',
  async () => {
    const steps = await trace({ rounds: 0, together: 0, commits: 5 });
    expect(steps).toEqual(['commit', 'commit', 'commit', 'commit', 'commit', 'sync', 'ack']);
  },
);
