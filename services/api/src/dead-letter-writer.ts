// Replays dead letters into the log, one at a time, so that nobody replays the same one twice without knowing.
import type { DeadLetter, Envelope } from '@winnow/contracts';
import { type EventLog, type LogRecord, positionOf, replayableFrom, replayDeadLetter } from '@winnow/stream';
import type { DeadLetterEntry, DeadLetterIndex } from './core/dead-letter-index.ts';
import type { Position } from './core.ts';

export interface DeadLetterWriter {
  /** The dead letter whole; undefined where the log has forgotten it. */
  read(entry: DeadLetterEntry): Promise<DeadLetter | undefined>;
  /** @throws LogUnavailable where the log cannot be written: nothing of it was taken. */
  replay(id: string, options: ReplayOptions): Promise<ReplayAnswer>;
}

export interface ReplayOptions {
  /** Although it has been replayed before. */
  readonly again: boolean;
  readonly by?: string | undefined;
}

export type ReplayAnswer =
  | { readonly replayed: string; readonly at: string; readonly from: 'log' | 'copy' }
  | { readonly refused: 'unknown' | 'replayed' | 'impossible'; readonly reason: string };

export interface DeadLetterWriterOptions {
  readonly log: EventLog;
  readonly index: DeadLetterIndex;
  readonly readRecord: (position: Position) => Promise<LogRecord | undefined>;
  /** Milliseconds. */
  now(): number;
  /** Resolves when dead letters have been folded up to and including this offset. */
  folded(partition: number, offset: number): Promise<void>;
  /** Told of each arrival. */
  readonly onReplayed?: (envelope: Envelope) => void;
}

export function createDeadLetterWriter(options: DeadLetterWriterOptions): DeadLetterWriter {
  const { log, index, readRecord, now, folded, onReplayed } = options;
  let turn: Promise<unknown> = Promise.resolve();

  const read = async ({ place }: DeadLetterEntry) =>
    ((await readRecord(place))?.value as DeadLetter | null | undefined) ?? undefined;

  async function replay(id: string, { again, by }: ReplayOptions): Promise<ReplayAnswer> {
    const entry = index.get(id);
    const letter = entry && (await read(entry));
    if (!letter) return { refused: 'unknown', reason: `there is no dead letter ${id}` };
    if (letter.replayed && !again) return { refused: 'replayed', reason: replayedBefore(letter.replayed) };
    const place = replayableFrom(letter);
    if ('reason' in place) return { refused: 'impossible', reason: place.reason };
    const at = new Date(now()).toISOString();
    const plan = replayDeadLetter({ letter, original: await readRecord(place), at, by });
    if ('reason' in plan) return { refused: 'impossible', reason: plan.reason };
    const [arrival, noted] = plan.records;
    const [arrived = 0, notedAt = 0] = await log.append(plan.records);
    onReplayed?.(arrival.value);
    await folded(noted.partition, notedAt);
    return { replayed: positionOf({ ...arrival, offset: arrived }), at, from: plan.from };
  }

  return {
    read,
    replay(id, how) {
      const next = turn.then(() => replay(id, how));
      turn = next.catch(() => undefined);
      return next;
    },
  };
}

export function replayedBefore({ at, by }: NonNullable<DeadLetter['replayed']>): string {
  return `it was replayed at ${at}${by === undefined ? '' : ` by ${by}`}; once more makes its items arrive once more`;
}
