// Which of the dead letters are meant.
import type { DeadLetterHead } from '@winnow/api';
import { CommandFailed } from '../failure.ts';
import { timeIn } from '../record/window.ts';

export interface SelectFlags {
  readonly stage: readonly string[];
  readonly code: readonly string[];
  readonly cluster: readonly string[];
  readonly since?: string;
}

/** The newest first. @throws CommandFailed where a time cannot be read. */
export function selectLetters(
  letters: readonly DeadLetterHead[],
  { stage, code, cluster, since }: SelectFlags,
  now: number,
): readonly DeadLetterHead[] {
  const from = since === undefined ? '' : timeIn('--since', since, now);
  const among = (wanted: readonly string[], value: string) => wanted.length === 0 || wanted.includes(value);
  return letters
    .filter(
      (each) => among(stage, each.stage) && among(code, each.code) && among(cluster, each.cluster) && each.at >= from,
    )
    .sort(newestFirst);
}

export function newestFirst(one: DeadLetterHead, other: DeadLetterHead): number {
  if (one.at !== other.at) return one.at > other.at ? -1 : 1;
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}

/** @param what an id, its beginning, or either without `dl-`. @throws CommandFailed where it is none or several. */
export function findLetter(letters: readonly DeadLetterHead[], what: string): DeadLetterHead {
  const asked = what.startsWith('dl-') ? what : `dl-${what}`;
  const fitting = letters.filter(({ id }) => id.startsWith(asked));
  const found = fitting.find(({ id }) => id === asked) ?? (fitting.length === 1 ? fitting[0] : undefined);
  if (found) return found;
  if (fitting.length > 1)
    throw new CommandFailed(`${fitting.length} dead letters begin with ${what}: give more of its id`);
  throw new CommandFailed(`there is no dead letter ${what}: \`winnow dead-letters ls\` lists them`);
}
