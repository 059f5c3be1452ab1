// A recording: what arrived, one arrival a line, in order. Read as a stream, whatever its size.
import { type Ask, type Envelope, type Problem, unreadable } from '@winnow/contracts';
import { createArranger } from './arrange-arrivals.ts';
import { byteChunks, type Chunks } from './byte-chunks.ts';
import type { ReadOptions } from './intake.ts';
import { lookAhead, type ReadLine } from './look-ahead.ts';
import { createProblems, type Problems } from './problems.ts';
import { type Line, readLines } from './read-lines.ts';
import { createRecordedAnswers, type RecordedAnswer } from './recorded-answers.ts';
import { type LineReading, readLine } from './recording-line.ts';

export interface Recording {
  readonly kind: 'recording';
  /** The arrivals in order, heartbeats between and after them. To be iterated once. */
  envelopes(): AsyncIterable<Envelope>;
  /** How an ask was answered when this was recorded, as far as it has been read. */
  answerTo(ask: Ask): RecordedAnswer | undefined;
  /** What could not be read so far; all but a clock that went back is also delivered as unreadable items. */
  problems(): readonly Problem[];
}

/** Unreadable lines before the first one that tells its time and cluster wait for it, this many of them. */
const WAITING = 1000;

/** @param path of a file, or `-` for stdin. @throws InputUnreadable where there is no such file. */
export async function openRecording(path: string, options: ReadOptions): Promise<Recording> {
  return recordingOf(await byteChunks(path), options);
}

export function recordingOf(chunks: Chunks, options: ReadOptions): Recording {
  const problems = createProblems();
  const answers = createRecordedAnswers();
  return {
    kind: 'recording',
    envelopes: () => envelopesOf(lookAhead(linesOf(chunks), answers), options, problems),
    answerTo: answers.find,
    problems: () => problems.list(),
  };
}

async function* envelopesOf(
  lines: AsyncIterable<ReadLine>,
  options: ReadOptions,
  problems: Problems,
): AsyncGenerator<Envelope> {
  const arranger = createArranger(options.tenant, problems);
  const waiting: { reading: LineReading; line: Line }[] = [];
  for await (const { line, broken } of lines) {
    const reading = broken === undefined ? readLine(line, options.intake) : breakAt(line, broken);
    waiting.push({ reading, line });
    if (!arranger.knows(reading) && waiting.length < WAITING) continue;
    for (const each of waiting.splice(0)) yield* arranger.arrive(each.reading, each.line, reading);
  }
  for (const { reading, line } of waiting) yield* arranger.arrive(reading, line, reading);
  yield* arranger.end();
}

/** A stream that breaks (a truncated gzip) ends the recording; what came before stands. */
async function* linesOf(chunks: Chunks): AsyncGenerator<ReadLine> {
  let last = 0;
  try {
    for await (const batch of readLines(chunks)) {
      for (const line of batch) {
        last = line.number;
        yield { line };
      }
    }
  } catch (error) {
    yield {
      line: { number: last + 1, text: '', bytes: 0 },
      broken: error instanceof Error ? error.message : 'a fault',
    };
  }
}

function breakAt({ number }: Line, found: string): LineReading {
  const item = unreadable('not-json', `line ${number}`, 'a recording that can be read to its end', found);
  return { at: undefined, cluster: undefined, source: undefined, instance: undefined, items: () => [item] };
}
