// Plays the bundled recording through a pipeline of its own, in memory, in a thread of its own: `up` answers requests meanwhile.
// Tells the main thread of every record that the read model is made of.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { combineReaders, openCapture, openRecording } from '@winnow/capture';
import type { Envelope } from '@winnow/contracts';
import { deterministicInvestigator } from '@winnow/rca';
import { type ClusterReader, createMemoryLog, createMemoryStore, type NewRecord } from '@winnow/stream';
import { intake } from '../inputs.ts';
import { muteSqliteWarning } from '../node-warnings.ts';
import { startPipeline } from '../pipeline.ts';
import { play } from '../play.ts';
import { EXAMPLE, type ExampleData, type ExampleMessage, exampleTopics } from './example-messages.ts';

const tell = (message: ExampleMessage) => parentPort?.postMessage(message);

async function playBundled({ directory, tenant }: ExampleData): Promise<void> {
  const reader = await readerOf(directory, tenant);
  const log = createMemoryLog({ trim: true });
  const pipeline = await startPipeline({
    log,
    store: createMemoryStore({ publishTo: log }),
    investigator: deterministicInvestigator(),
    readers: () => reader,
    cutOff: true,
    now: (ask) => ask.at,
    onCommit: ({ emitted }) => forward(emitted),
    onCrash: (part, error) => tell({ type: 'failed', part, message: String(error) }),
  });
  const recording = await openRecording(join(directory, 'outage.jsonl.gz'), { tenant, intake });
  await play(pipeline, renamed(recording.envelopes()));
  tell({ type: 'played' });
}

async function* renamed(envelopes: AsyncIterable<Envelope>): AsyncGenerator<Envelope> {
  for await (const envelope of envelopes) yield { ...envelope, cluster: EXAMPLE };
}

async function readerOf(directory: string, tenant: string): Promise<ClusterReader> {
  const captures = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const opened = await Promise.all(captures.map(({ name }) => openCapture(join(directory, name), { tenant, intake })));
  return combineReaders(opened.map((capture) => capture.reader()));
}

function forward(emitted: readonly NewRecord[]): void {
  const records = emitted.filter((record) => exampleTopics.has(record.topic));
  if (records.length > 0) tell({ type: 'records', records });
}

muteSqliteWarning();
await playBundled(workerData as ExampleData).catch((error: unknown) =>
  tell({
    type: 'failed',
    part: 'example',
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  }),
);
