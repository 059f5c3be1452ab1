// A recording: what arrived, one arrival a line, in order. Read as a stream, whatever its size.
import { type Envelope, groupByCluster, type Item, type Problem, type Source } from '@winnow/contracts';
import { byteChunks, type Chunks } from './byte-chunks.ts';
import { type Beat, createHeartbeats } from './heartbeats.ts';
import type { ReadOptions } from './intake.ts';
import { createArrivals } from './number-arrivals.ts';
import { createProblems, type Problems } from './problems.ts';
import { readLines } from './read-lines.ts';
import { countedSource, type LineReading, readLine } from './recording-line.ts';

export interface Recording {
  readonly kind: 'recording';
  /** The arrivals in order, heartbeats between and after them. To be iterated once. */
  envelopes(): AsyncIterable<Envelope>;
  /** What could not be read so far; all but clock faults of the recording are also unreadable items. */
  problems(): readonly Problem[];
}

/** The source instance of lines that name none. */
const INSTANCE = 'recording';
const EPOCH = '1970-01-01T00:00:00.000Z';
/** Unreadable lines before the first time that is told wait for it, this many of them. */
const WAITING = 1000;

/** @param path of a file, or `-` for stdin. @throws InputUnreadable where there is no such file. */
export async function openRecording(path: string, options: ReadOptions): Promise<Recording> {
  return recordingOf(await byteChunks(path), options);
}

export function recordingOf(chunks: Chunks, options: ReadOptions): Recording {
  const problems = createProblems();
  return {
    kind: 'recording',
    envelopes: () => envelopesOf(chunks, options, problems),
    problems: () => problems.list(),
  };
}

interface Waiting {
  readonly reading: LineReading;
  readonly line: number;
}

async function* envelopesOf(chunks: Chunks, options: ReadOptions, problems: Problems): AsyncGenerator<Envelope> {
  const reader = createReader(options, problems);
  const waiting: Waiting[] = [];
  for await (const batch of linesOf(chunks, problems)) {
    for (const line of batch) {
      const reading = readLine(line, options.intake);
      waiting.push({ reading, line: line.number });
      if (!reader.hasTime(reading) && waiting.length < WAITING) continue;
      const at = reading.at ?? EPOCH;
      for (const each of waiting.splice(0)) yield* reader.arrive(each.reading, each.line, at);
    }
  }
  for (const each of waiting) yield* reader.arrive(each.reading, each.line, EPOCH);
  yield* reader.end();
}

/** A stream that breaks (a truncated gzip) ends the recording, and is told of; what came before stands. */
async function* linesOf(chunks: Chunks, problems: Problems): AsyncGenerator<Awaited<ReturnType<typeof nextOf>>> {
  const lines = readLines(chunks);
  for (;;) {
    const batch = await nextOf(lines).catch((error: Error) => {
      problems.add({ place: 'the rest of the recording', expected: 'a stream that ends', found: error.message });
      return [];
    });
    if (batch.length === 0) return;
    yield batch;
  }
}

async function nextOf(lines: ReturnType<typeof readLines>) {
  const next = await lines.next();
  return next.done ? [] : next.value;
}

function createReader({ tenant }: ReadOptions, problems: Problems) {
  const number = createArrivals();
  const heartbeats = createHeartbeats();
  let last: string | undefined;
  let before: { cluster: string; source: Source | undefined } = { cluster: 'default', source: undefined };
  let wentBack = false;
  let hasOwnHeartbeats = false;

  /** Times that go back would break the order that everything rests on: they stand still instead. */
  function settle(told: string | undefined, line: number): string {
    const at = told ?? last ?? EPOCH;
    if (last !== undefined && at < last && !wentBack) {
      wentBack = true;
      problems.add({ place: `line ${line} at`, expected: `a time not before ${last}`, found: at });
    }
    last = last !== undefined && at < last ? last : at;
    return last;
  }

  function* beat({ cluster, at, sources }: Beat): Generator<Envelope> {
    const items: Item[] = sources.map((source) => ({ type: 'heartbeat', source, instance: INSTANCE }));
    yield* number({ schema: 1, tenant, cluster, source: 'heartbeat', instance: INSTANCE, at, items });
  }

  function* beats(all: () => Beat[]): Generator<Envelope> {
    if (hasOwnHeartbeats) return;
    for (const each of all()) yield* beat(each);
  }

  return {
    hasTime: (reading: LineReading) => last !== undefined || reading.at !== undefined,

    *arrive(reading: LineReading, line: number, orElse: string): Generator<Envelope> {
      const at = settle(reading.at ?? last ?? orElse, line);
      hasOwnHeartbeats ||= reading.source === 'heartbeat';
      yield* beats(() => heartbeats.until(Date.parse(at)));
      const items = reading.items(at).flatMap(vouched);
      problems.addUnreadable(items);
      const cluster = reading.cluster ?? before.cluster;
      const unread = items.some((item) => item.type === 'unreadable');
      const source = unread ? countedSource(reading.source, before.source) : (reading.source ?? 'operator');
      before = { cluster, source: reading.source ?? before.source };
      for (const group of groupByCluster(items, cluster)) {
        heartbeats.hear(group.cluster, source, Date.parse(at));
        const head = { schema: 1 as const, tenant, cluster: group.cluster, source, at };
        yield* number({ ...head, instance: reading.instance ?? INSTANCE, items: group.items }, line);
      }
      if (items.length === 0) heartbeats.hear(cluster, source, Date.parse(at));
    },

    *end(): Generator<Envelope> {
      yield* beats(() => heartbeats.trail());
    },
  };
}

/** Lines need not say which instance they came from: a heartbeat of a recording vouches for these too. */
function vouched(item: Item): Item[] {
  if (item.type !== 'heartbeat' || item.instance === INSTANCE) return [item];
  const same: Item = { ...item, instance: INSTANCE };
  return item.instance === '' ? [same] : [item, same];
}
