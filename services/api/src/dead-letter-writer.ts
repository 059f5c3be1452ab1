// Replays dead letters into the log, one at a time, so that nobody replays the same one twice without knowing.
import type { DeadLetter, Envelope } from '@winnow/contracts';
import { type EventLog, positionOf } from '@winnow/stream';
import type { DeadLetterEntry } from './core/dead-letter-index.ts';
import {
  type DeadLetterPlans,
  planReplay,
  type ReplayOptions,
  type ReplayRefusal,
  readDeadLetter,
} from './plan-replay.ts';

export interface DeadLetterWriter {
  /** The dead letter whole; undefined where the log has forgotten it. */
  read(entry: DeadLetterEntry): Promise<DeadLetter | undefined>;
  /** @throws LogUnavailable where the log cannot be written: nothing of it was taken. */
  replay(id: string, options: ReplayOptions): Promise<ReplayAnswer>;
}

export type ReplayAnswer =
  | {
      /** The position of the new arrival. */
      readonly observation: string;
      readonly at: string;
      readonly from: 'log' | 'copy';
    }
  | ReplayRefusal;

export interface DeadLetterWriterOptions extends DeadLetterPlans {
  readonly log: Pick<EventLog, 'append'>;
  /** Resolves when dead letters have been folded up to and including this offset. */
  folded?(partition: number, offset: number): Promise<void>;
  /** Told of each arrival. */
  readonly onReplayed?: (envelope: Envelope) => void;
}

export function createDeadLetterWriter(options: DeadLetterWriterOptions): DeadLetterWriter {
  const { log, folded, onReplayed } = options;
  let turn: Promise<unknown> = Promise.resolve();

  async function replay(id: string, how: ReplayOptions): Promise<ReplayAnswer> {
    const plan = await planReplay(options, id, how);
    if ('refused' in plan) return plan;
    const [arrival, noted] = plan.records;
    const [arrived = 0, notedAt = 0] = await log.append(plan.records);
    onReplayed?.(arrival.value);
    await folded?.(noted.partition, notedAt);
    return { observation: positionOf({ ...arrival, offset: arrived }), at: arrival.value.at, from: plan.from };
  }

  return {
    read: (entry) => readDeadLetter(options, entry),
    replay(id, how) {
      const next = turn.then(() => replay(id, how));
      turn = next.catch(() => undefined);
      return next;
    },
  };
}
