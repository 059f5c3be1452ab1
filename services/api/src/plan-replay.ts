// What replaying a dead letter would come to, without doing it.
import type { DeadLetter } from '@winnow/contracts';
import { type LogRecord, type Replayed, replayableFrom, replayDeadLetter } from '@winnow/stream';
import type { DeadLetterEntry, DeadLetterIndex } from './core/dead-letter-index.ts';
import type { Position } from './core.ts';

export interface DeadLetterPlans {
  readonly index: Pick<DeadLetterIndex, 'get'>;
  /** Undefined where the log has forgotten it. */
  readonly readRecord: (position: Position) => Promise<LogRecord | undefined>;
  /** Milliseconds. */
  now(): number;
}

export interface ReplayOptions {
  /** Although it has been replayed before. */
  readonly again: boolean;
  /** Who has it replayed. */
  readonly by?: string | undefined;
}

export interface ReplayRefusal {
  readonly refused: 'unknown' | 'replayed' | 'impossible';
  /** In words for people. */
  readonly reason: string;
}

/** The dead letter whole; undefined where the log has forgotten it. */
export async function readDeadLetter(
  { readRecord }: Pick<DeadLetterPlans, 'readRecord'>,
  { place }: DeadLetterEntry,
): Promise<DeadLetter | undefined> {
  const record = await readRecord(place);
  return (record?.value as DeadLetter | null | undefined) ?? undefined;
}

export async function planReplay(
  plans: DeadLetterPlans,
  id: string,
  { again, by }: ReplayOptions,
): Promise<Replayed | ReplayRefusal> {
  const { index, readRecord, now } = plans;
  const entry = index.get(id);
  const letter = entry && (await readDeadLetter(plans, entry));
  if (!letter) return { refused: 'unknown', reason: `there is no dead letter ${id}` };
  if (letter.replayed && !again) return { refused: 'replayed', reason: replayedBefore(letter.replayed) };
  const place = replayableFrom(letter);
  if ('reason' in place) return { refused: 'impossible', ...place };
  const at = new Date(now()).toISOString();
  const plan = replayDeadLetter({ letter, original: await readRecord(place), at, by });
  return 'reason' in plan ? { refused: 'impossible', ...plan } : plan;
}

function replayedBefore({ at, by }: NonNullable<DeadLetter['replayed']>): string {
  return `it was replayed at ${at}${by === undefined ? '' : ` by ${by}`}; once more makes its items arrive once more`;
}
