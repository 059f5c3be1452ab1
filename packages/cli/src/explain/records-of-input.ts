// The records that an input gives: it is played in memory, and nothing is left behind.
import { createMemoryLog, createMemoryStore } from '@winnow/stream';
import { fileOptions, openAny, openBeside } from '../diagnose.ts';
import { startPipeline } from '../pipeline.ts';
import { play } from '../play.ts';
import { createProgress } from '../progress.ts';
import { type FlowRecords, recordsInMemory } from './records.ts';

/** @param captures beside a recording, for look-ups. @throws CommandFailed where the path cannot be read. */
export async function recordsOfInput(path: string, captures: readonly string[]): Promise<FlowRecords> {
  const input = await openAny(path);
  const log = createMemoryLog();
  const store = createMemoryStore({ publishTo: log });
  const pipeline = await startPipeline({ log, store, ...fileOptions(input, await openBeside(captures)) });
  const progress = createProgress();
  try {
    await play(pipeline, input.envelopes(), {
      onChunk: ({ arrivals, asOf }) => progress.update(() => `${arrivals} arrivals read, as of ${asOf}`),
    });
  } finally {
    progress.done();
    await pipeline.close();
  }
  return recordsInMemory(log.records, 1);
}
