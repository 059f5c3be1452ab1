// What the fleet is played to: all stages in this process over a log of its own, or Kafka, Redis and a process for each service.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKafkaLog, readKafkaConfig } from '@winnow/kafka';
import { openSqlite } from '@winnow/sqlite';
import { createMemoryLog, createMemoryStore, type EventLog, type StateStore } from '@winnow/stream';
import { cpuMicros, memoryMiB } from '../process-figures.ts';
import { startScaledOut } from '../scaled-out.ts';
import { startStages } from './stages.ts';

export const targets = ['sqlite', 'memory', 'kafka'] as const;
export type TargetName = (typeof targets)[number];

export interface Target {
  readonly log: EventLog;
  /** Items that signals has decided on, of those that are counted. */
  decided(): Promise<number>;
  /** Processes whose memory counts. */
  readonly pids: readonly number[];
  /** Rejects where a part fails. */
  readonly done: Promise<unknown>;
  close(): Promise<void>;
}

export async function openTarget(name: TargetName, partitions: number): Promise<Target> {
  if (name === 'kafka') return openScaledOut(partitions);
  if (name === 'memory') {
    const log = createMemoryLog({ trim: true });
    return inProcess(log, createMemoryStore({ publishTo: log }), partitions, async () => undefined);
  }
  const dir = mkdtempSync(join(tmpdir(), 'winnow-fleet-'));
  const sqlite = openSqlite({ dir });
  return inProcess(sqlite.log, sqlite.store, partitions, async () => {
    await sqlite.close();
    rmSync(dir, { recursive: true, force: true });
  });
}

async function inProcess(
  log: EventLog,
  store: StateStore,
  partitions: number,
  end: () => Promise<void>,
): Promise<Target> {
  const stages = await startStages(log, store, partitions);
  return {
    ...{ log, pids: [process.pid], done: stages.done, decided: async () => stages.decided() },
    async close() {
      await stages.close();
      await end();
    },
  };
}

async function openScaledOut(partitions: number): Promise<Target> {
  const services = ['signals', 'grouping', 'context', 'rca', 'fleet'];
  const scaledOut = await startScaledOut({ partitions, services });
  const log = openKafkaLog(readKafkaConfig(scaledOut.env));
  return {
    ...{ log, pids: scaledOut.pids(), done: new Promise(() => undefined) },
    async decided() {
      const answer = await fetch(`${scaledOut.urlOf('signals')}/metrics`);
      const totals = (await answer.text()).matchAll(/^winnow_received_total\{.*\} (\d+)$/gm);
      return [...totals].reduce((sum, [, count]) => sum + Number(count), 0);
    },
    async close() {
      await log.close();
      await scaledOut.stop();
    },
  };
}

/** Microseconds of all of them. */
export function cpuOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + cpuMicros(pid), 0);
}

export function memoryOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + memoryMiB(pid).peak, 0);
}
