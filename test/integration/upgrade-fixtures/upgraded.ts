// Today's pipeline on a data directory that a former version wrote.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Envelope, type Incident, topics } from '@winnow/contracts';
import { openReader, openSqlite, type Reader } from '@winnow/sqlite';
import { onTestFinished } from 'vitest';
import { fileOptions, openAny } from '../../../packages/cli/src/diagnose.ts';
import { startPipeline } from '../../../packages/cli/src/pipeline.ts';
import { play } from '../../../packages/cli/src/play.ts';
import { unpack } from './pack.ts';
import { arrivals, timeOf } from './recording.ts';

/** A data directory as that commit left it; gone after the test. */
export function dataOf(commit: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'winnow-upgrade-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(join(dir, 'winnow.db'), unpack(`${commit}/winnow.db.br`));
  return dir;
}

export function reading<T>(dir: string, read: (reader: Reader) => T): T {
  const reader = openReader(dir);
  try {
    return read(reader);
  } finally {
    reader.close();
  }
}

/** The latest revision of each incident that was not merged away, by id. */
export const incidentsIn = (dir: string): ReadonlyMap<string, Incident> =>
  reading(dir, (reader) => {
    const records = reader.read({ topic: topics.incidents.name, partition: 0, limit: 100_000 });
    const latest = new Map(records.map(({ key, value }) => [key, value as Incident | null]));
    return new Map(
      [...latest].filter((each): each is [string, Incident] => each[1]?.mergedInto === undefined && each[1] !== null),
    );
  });

export const versionsIn = (dir: string): Readonly<Record<string, number>> =>
  reading(dir, (reader) => Object.fromEntries(reader.committed().map(({ stage, version }) => [stage, version])));

/** Starts it, has it take the arrivals, and closes it when all is done that they cause. */
export async function goOn(dir: string, lines: readonly string[]): Promise<void> {
  const recording = join(dir, 'more.jsonl');
  writeFileSync(recording, `${lines.join('\n')}\n`);
  const input = await openAny(recording);
  const { log, store, close } = openSqlite({ dir, durability: 'process' });
  const pipeline = await startPipeline({ log, store, ...fileOptions(input, []) });
  try {
    await pipeline.settle();
    if (lines.length > 0) await play(pipeline, input.envelopes());
  } finally {
    await pipeline.close();
    await close();
  }
}

/** The rest of the recording, as if the upgrade had taken the time until now. */
export function arrivalsAfter(dir: string): readonly string[] {
  const [last] = reading(dir, (reader) =>
    reader.read({ topic: topics.observations.name, partition: 0, limit: 1, reverse: true }),
  );
  const { after } = arrivals();
  const { at = '' } = (last?.value ?? {}) as Partial<Envelope>;
  const begin = Date.parse(at) + 1_000;
  const shift = begin - Date.parse(timeOf(after[0] as string));
  return after.map((line) => {
    const arrival = JSON.parse(line) as { readonly at: string };
    return JSON.stringify({ ...arrival, at: new Date(Date.parse(arrival.at) + shift).toISOString() });
  });
}
