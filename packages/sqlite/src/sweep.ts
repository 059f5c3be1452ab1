// Forgets what retention and compaction let go, in slices so small that nothing else waits for long.
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isCompacted } from '@winnow/contracts';
import { createCheckpointer } from './checkpointer.ts';
import { createCompaction } from './compaction.ts';
import type { Durability } from './connection.ts';
import { type Consumers, createFloors, type FloorOf } from './floors.ts';
import type { GroupCommit } from './group-commit.ts';
import type { Head, Heads } from './heads.ts';
import { giveBackPages, usedBytes } from './pages.ts';
import { createSlices } from './slices.ts';
import { openStateRows } from './state-rows.ts';
import { createTrim } from './trim.ts';

export interface Retention {
  /** Records of topics kept by time go when they are older. Unlimited where absent. */
  readonly maxAgeMs?: number;
  /** The oldest records of these topics go while the file holds more than this. Unlimited where absent. */
  readonly maxBytes?: number;
  /** A tombstone of a compacted topic is kept for this long. Default a day. */
  readonly tombstoneMs?: number;
  /** Which topics the stages read: what they have yet to read is kept. Default: what they have committed offsets of. */
  readonly consumers?: Consumers;
}

/** How many records went, and why. */
export interface SweepReport {
  readonly aged: number;
  readonly oversize: number;
  readonly compacted: number;
  readonly tombstones: number;
  /** True where the file is larger than allowed and nothing more may go: a stage lags, or the state itself is that large. */
  readonly overLimit: boolean;
  /** The longest time that the thread was held up, in milliseconds. */
  readonly longestPauseMs: number;
}

export interface Sweeper {
  /** Sweeps once; a second call while it runs gives the same promise. @throws LogUnavailable, StateDamaged */
  sweep(now: number): Promise<SweepReport>;
  /** Ends a sweep that runs, after its slice. There is none afterwards. */
  stop(): Promise<void>;
}

const aDay = 86_400_000;
// What goes at once for the file's size: this share of the time that the log covers.
const sizeSteps = 64;

export function createSweeper(
  db: DatabaseSync,
  file: string,
  heads: Heads,
  commits: GroupCommit,
  durability: Durability,
  retention: Retention,
): Sweeper {
  const checkpointer = createCheckpointer(file);
  const trim = createTrim(db, heads);
  const compaction = createCompaction(db, heads);
  const rows = openStateRows(db);
  let running: Promise<SweepReport> | undefined;
  let stopped = false;

  // What has been swept is not synced here; on disk another thread moves it into the file before the next slice.
  const rest = durability === 'process' ? () => nextTurn() : checkpointer.run;
  const slices = createSlices(commits.runNow, rest, () => stopped);

  async function dropAged(floorOf: FloorOf, now: number): Promise<number> {
    const { maxAgeMs } = retention;
    if (maxAgeMs === undefined) return 0;
    let gone = 0;
    for (const log of timed(heads)) {
      const floor = floorOf(log.topic, log.partition);
      gone += await slices((limit) => trim.slice(current(heads, log), floor, limit, ({ at }) => at < now - maxAgeMs));
    }
    return gone;
  }

  const isOver = () => retention.maxBytes !== undefined && usedBytes(db) > retention.maxBytes;

  // From all logs alike: what is older than a time that moves on in small steps.
  async function dropOversize(floorOf: FloorOf): Promise<number> {
    let gone = 0;
    for (let until = nextStep(floorOf); isOver() && until !== undefined && !stopped; until = nextStep(floorOf)) {
      const limitTime = until;
      for (const log of timed(heads)) {
        const floor = floorOf(log.topic, log.partition);
        gone += await slices((limit) =>
          isOver() ? trim.slice(current(heads, log), floor, limit, ({ at }) => at <= limitTime) : 0,
        );
      }
    }
    return gone;
  }

  function nextStep(floorOf: FloorOf): number | undefined {
    const ranges = timed(heads).flatMap((log) => trim.range(log, floorOf(log.topic, log.partition)) ?? []);
    if (ranges.length === 0) return undefined;
    const oldest = Math.min(...ranges.map((range) => range.oldestAt));
    const newest = Math.max(...ranges.map((range) => range.newestAt));
    return oldest + Math.max(1, (newest - oldest) / sizeSteps);
  }

  async function compact(floorOf: FloorOf): Promise<number> {
    let removed = 0;
    for (const log of compacted(heads)) {
      await slices((limit) => {
        const done = compaction.slice(current(heads, log), floorOf(log.topic, log.partition), limit);
        removed += done.removed;
        return done.looked;
      });
    }
    return removed;
  }

  async function dropTombstones(now: number): Promise<number> {
    const before = now - (retention.tombstoneMs ?? aDay);
    let gone = 0;
    for (const log of compacted(heads)) {
      gone += await slices((limit) => compaction.dropTombstones(current(heads, log), before, limit));
    }
    return gone;
  }

  async function sweepOnce(now: number): Promise<SweepReport> {
    const floorOf = createFloors(rows.all(), retention.consumers);
    slices.longest = 0;
    const aged = await dropAged(floorOf, now);
    const compactedAway = await compact(floorOf);
    const tombstones = await dropTombstones(now);
    const oversize = await dropOversize(floorOf);
    await slices((limit) => giveBackPages(db, limit));
    return {
      aged,
      oversize,
      compacted: compactedAway,
      tombstones,
      overLimit: isOver(),
      longestPauseMs: slices.longest,
    };
  }

  return {
    sweep(now) {
      running ??= sweepOnce(now).finally(() => {
        running = undefined;
      });
      return running;
    },
    async stop() {
      stopped = true;
      await running?.catch(() => {});
      await checkpointer.close();
    },
  };
}

// A log's head changes with every slice and append: it is looked up anew.
function current(heads: Heads, log: Readonly<Head>): Readonly<Head> {
  return heads.of(log.topic, log.partition) ?? log;
}

function timed(heads: Heads): Readonly<Head>[] {
  return heads.all().filter((log) => !isCompacted(log.topic));
}

function compacted(heads: Heads): Readonly<Head>[] {
  return heads.all().filter((log) => isCompacted(log.topic));
}
