// Replays dead letters one after the other, in the order in which they arrived, and says of each what came of it.
import type { DeadLetterHead } from '@winnow/api';
import type { DeadLetters } from './dead-letters.ts';

export interface ReplayFlags {
  readonly again?: boolean;
  readonly dryRun?: boolean;
  readonly as?: string;
}

/** What came of one: the position of the new arrival, or why there is none. */
export interface Fate {
  readonly deadLetter: string;
  readonly observation?: string;
  readonly from?: 'log' | 'copy';
  readonly refused?: 'unknown' | 'replayed' | 'impossible';
  readonly reason?: string;
}

/** @param told hears of each as soon as it is known. @returns how many were, or would be, replayed. */
export async function replayLetters(
  letters: DeadLetters,
  chosen: readonly DeadLetterHead[],
  { again = false, dryRun = false, as }: ReplayFlags,
  told: (fate: Fate) => void,
): Promise<number> {
  const options = { again, by: as };
  let replayed = 0;
  for (const { id } of [...new Set(chosen)].reverse()) {
    const answer = dryRun ? await letters.plan(id, options) : await letters.replay(id, options);
    if (!('refused' in answer)) replayed += 1;
    told(fateOf(id, answer));
  }
  return replayed;
}

function fateOf(id: string, answer: Awaited<ReturnType<DeadLetters['plan' | 'replay']>>): Fate {
  if ('refused' in answer) return { deadLetter: id, refused: answer.refused, reason: answer.reason };
  return { deadLetter: id, from: answer.from, ...('observation' in answer && { observation: answer.observation }) };
}

export function fateText({ deadLetter, observation, from, refused, reason }: Fate): string {
  const source = from === 'copy' ? 'the copy in the dead letter' : 'the record in the log';
  if (observation !== undefined) return `${deadLetter}  replayed from ${source} as ${observation}`;
  if (refused === undefined) return `${deadLetter}  would be replayed from ${source}`;
  return `${deadLetter}  not replayed: ${reason}${refused === 'replayed' ? ' (--again)' : ''}`;
}
