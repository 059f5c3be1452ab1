// The records of a data directory as lines of a recording: arrivals in the order of the log, look-ups at the time of their results.
import { arrivalLine, type CaptureFold, createCaptureFold, lookupLine } from '@winnow/capture';
import { type Envelope, topics } from '@winnow/contracts';
import type { Reader, StoredRecord } from '@winnow/sqlite';
import { intake } from '../inputs.ts';
import { type Answer, createAnswers, isWithin } from './answers.ts';
import { openingsOf } from './openings.ts';
import { createPrelude } from './prelude.ts';
import { isOf, type Window } from './window.ts';

export interface Recorder {
  /** The lines of what is there by now and was not given before. */
  lines(): Generator<string>;
  /** True where later records are of no interest any more. */
  readonly over: boolean;
  readonly counts: { readonly arrivals: number; readonly lookups: number };
  /** By cluster: what has been recorded, taken together. Empty unless it is asked for. */
  readonly captures: ReadonlyMap<string, CaptureFold>;
}

/** The embedded default has one partition. */
const PARTITION = 0;
const PIECE = 500;

export function createRecorder(reader: Reader, window: Window, { capture = false } = {}): Recorder {
  const answers = createAnswers(reader, PARTITION, window);
  const captures = new Map<string, CaptureFold>();
  const counts = { arrivals: 0, lookups: 0 };
  let begun = false;
  let over = false;
  let from = 0;

  function* observations(): Generator<StoredRecord> {
    for (let piece = PIECE; piece === PIECE; ) {
      const records = reader.read({ topic: topics.observations.name, partition: PARTITION, from, limit: PIECE });
      for (const record of records) {
        from = record.offset + 1;
        yield record;
      }
      piece = records.length;
    }
  }

  /** Where the window begins later than the log: what counts of what stands before. */
  function* begin(): Generator<string> {
    begun = true;
    if (window.since === undefined) return;
    const prelude = createPrelude(window);
    for (const record of observations()) {
      if ((record.value as Envelope).at >= window.since) {
        from = record.offset;
        break;
      }
      prelude.note(record);
    }
    const openings = [...openingsOf(reader, PARTITION, window)].filter((offset) => offset < from);
    const counting = new Set([...prelude.offsets(), ...openings]);
    for (const offset of [...counting].sort((a, b) => a - b)) {
      const [record] = reader.read({ topic: topics.observations.name, partition: PARTITION, from: offset, limit: 1 });
      if (record?.offset === offset) yield writeArrival(record);
    }
  }

  function writeArrival({ value, partition, offset }: StoredRecord): string {
    const envelope = value as Envelope;
    counts.arrivals++;
    foldOf(envelope.cluster)?.take(envelope);
    // The log of a replay: its ids are made of the positions that its recording has.
    return arrivalLine(envelope, envelope.origin?.position ?? `${partition}-${offset}`, intake);
  }

  function writeAnswer({ ask, result }: Answer): string {
    counts.lookups++;
    foldOf(result.cluster)?.takeResult(result);
    return lookupLine(ask, result);
  }

  function foldOf(cluster: string): CaptureFold | undefined {
    if (!capture) return undefined;
    const fold = captures.get(cluster) ?? createCaptureFold();
    captures.set(cluster, fold);
    return fold;
  }

  return {
    *lines() {
      if (!begun) yield* begin();
      answers.read();
      for (const record of observations()) {
        const envelope = record.value as Envelope;
        if (window.until !== undefined && envelope.at > window.until) {
          over = true;
          break;
        }
        if (!isOf(window, envelope) || !isWithin(envelope.at, window)) continue;
        for (const answer of answers.until(envelope.at)) yield writeAnswer(answer);
        yield writeArrival(record);
      }
      for (const answer of answers.rest()) yield writeAnswer(answer);
    },
    get over() {
      return over;
    },
    counts,
    captures,
  };
}
