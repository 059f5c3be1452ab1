// Feeds a pipeline with the arrivals of a file, in lockstep: all that a chunk causes is done before the next chunk arrives, so that
// look-ups see what had arrived by then, and the same input gives the same bytes (docs/decisions/0001).
import { setTimeout as sleep } from 'node:timers/promises';
import { ALL_CLUSTERS, type Envelope } from '@winnow/contracts';
import { CommandFailed } from './failure.ts';
import type { Pipeline } from './pipeline.ts';

/** At most so many arrivals are one append, one batch and one commit of the first stage. */
const CHUNK = 256;

export interface PlayOptions {
  /** Seconds of the recording to a second of the clock; Infinity: as fast as it goes. */
  readonly speed?: number;
  /** The arrivals that the log holds already: their last, if any. */
  readonly resumeAfter?: Envelope;
  /** Hears of each chunk when all that it caused is done. */
  readonly onChunk?: (progress: Played) => void;
}

export interface Played {
  /** The time of the last arrival that is not a heartbeat. */
  readonly asOf: string;
  readonly clusters: readonly string[];
  readonly arrivals: number;
}

/** @throws CommandFailed where the log holds another input's arrivals. */
export async function play(
  pipeline: Pick<Pipeline, 'append' | 'settle'>,
  envelopes: Iterable<Envelope> | AsyncIterable<Envelope>,
  { speed = Number.POSITIVE_INFINITY, resumeAfter, onChunk }: PlayOptions = {},
): Promise<Played> {
  const held = resumeAfter?.origin?.arrival ?? 0;
  const clusters = new Set<string>();
  const pace = createPace(speed);
  let played: Played = { asOf: '', clusters: [], arrivals: 0 };

  // What a killed run had appended and not worked off comes first.
  if (held > 0) await pipeline.settle();
  for await (const chunk of chunksOf(envelopes)) {
    for (const envelope of chunk) {
      if (envelope.cluster !== ALL_CLUSTERS) clusters.add(envelope.cluster);
      if (envelope.origin?.arrival === held) assertSame(envelope, resumeAfter);
    }
    const told = chunk.findLast((envelope) => envelope.source !== 'heartbeat');
    played = { asOf: told?.at ?? played.asOf, clusters: [...clusters], arrivals: played.arrivals + chunk.length };
    const missing = chunk.filter((envelope) => (envelope.origin?.arrival ?? 0) > held);
    if (missing.length === 0) continue;
    await pace(missing[0] as Envelope);
    await pipeline.append(missing);
    await pipeline.settle();
    onChunk?.(played);
  }
  if (played.arrivals < held) throw otherInput();
  return played;
}

/** Arrivals of one second, at most {@link CHUNK} of them: cut by the input alone, so that a run that goes on cuts alike. */
async function* chunksOf(envelopes: Iterable<Envelope> | AsyncIterable<Envelope>): AsyncGenerator<Envelope[]> {
  let chunk: Envelope[] = [];
  const secondOf = (envelope: Envelope | undefined) => envelope?.at.slice(0, 19);
  for await (const envelope of envelopes) {
    if (chunk.length === CHUNK || (chunk.length > 0 && secondOf(envelope) !== secondOf(chunk[0]))) {
      yield chunk;
      chunk = [];
    }
    chunk.push(envelope);
  }
  if (chunk.length > 0) yield chunk;
}

/** Waits until an arrival is due. */
function createPace(speed: number): (envelope: Envelope) => Promise<void> {
  let start: { readonly clock: number; readonly at: number } | undefined;
  return async (envelope) => {
    if (!Number.isFinite(speed)) return;
    const at = Date.parse(envelope.at);
    start ??= { clock: performance.now(), at };
    const due = start.clock + (at - start.at) / speed;
    await sleep(Math.max(0, due - performance.now()));
  };
}

function assertSame(envelope: Envelope, held: Envelope | undefined): void {
  if (JSON.stringify(envelope) !== JSON.stringify(held)) throw otherInput();
}

function otherInput(): CommandFailed {
  return new CommandFailed(
    'The data directory holds the replay of another input. Name another one with --data, or remove it.',
    2,
  );
}
