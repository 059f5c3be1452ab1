// Services of two versions read each other's records: what the next version may add changes nothing for this one.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportIncidents } from '@winnow/api';
import { createMemoryLog, createMemoryStore, type NewRecord } from '@winnow/stream';
import { expect, onTestFinished, test } from 'vitest';
import { fileOptions, openAny } from '../../packages/cli/src/diagnose.ts';
import { followModel } from '../../packages/cli/src/follow-model.ts';
import { startPipeline } from '../../packages/cli/src/pipeline.ts';
import { play } from '../../packages/cli/src/play.ts';
import { arrivals } from './upgrade-fixtures/recording.ts';

const ADDED = 'addedByTheNextVersion';
/** Lists and objects of records that have fields of their own, and so may gain some. */
const parts = ['items', 'members', 'signal', 'incident', 'hypotheses', 'evidence', 'value'];

/** A record as the next version may write it: with more fields and headers than this one knows. */
function asOfNext(record: NewRecord): NewRecord {
  return { ...record, headers: { ...record.headers, [ADDED]: 'yes' }, value: withMore(record.value) };
}

function withMore(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withMore);
  if (typeof value !== 'object' || value === null) return value;
  const inside = Object.entries(value).map(([name, part]) => [name, parts.includes(name) ? withMore(part) : part]);
  return { ...Object.fromEntries(inside), [ADDED]: { since: 2 } };
}

const withoutAdded = (value: unknown) =>
  JSON.parse(JSON.stringify(value, (name, part: unknown) => (name === ADDED ? undefined : part))) as unknown;

async function incidentsOf(recording: string, written: (record: NewRecord) => NewRecord) {
  const log = createMemoryLog();
  const store = createMemoryStore({ publishTo: { appendNow: (records) => log.appendNow(records.map(written)) } });
  const input = await openAny(recording);
  const model = followModel(log);
  const append = (records: readonly NewRecord[]) => log.append(records.map(written));
  const pipeline = await startPipeline({ ...fileOptions(input, []), log: { ...log, append }, store });
  await play(pipeline, input.envelopes());
  const found = { incidents: reportIncidents([model]), ledger: pipeline.ledger() };
  await pipeline.close();
  return found;
}

test('given records with fields that this version does not know, when they are read, then the same comes of them', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'winnow-upgrade-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const recording = join(dir, 'recording.jsonl');
  writeFileSync(recording, `${arrivals().before.join('\n')}\n`);
  const found = await incidentsOf(recording, (record) => record);
  expect(found.incidents.length).toBeGreaterThan(0);
  expect(withoutAdded(await incidentsOf(recording, asOfNext))).toEqual(withoutAdded(found));
});
