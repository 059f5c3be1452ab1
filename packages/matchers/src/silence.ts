// A silence as something that labels are held against.
import { type OperatorItem, type Silence, silenceSchema } from '@winnow/contracts';
import { compileMatcher, type Labels, type Matcher, matchesAll } from './matcher.ts';

/** The silence that an operator's act is about; undefined where there is none, or it lacks what a silence has. */
export function silenceIn({ silence }: OperatorItem): Silence | undefined {
  const read = silenceSchema.safeParse(silence);
  return read.success ? read.data : undefined;
}

export type SilenceState = 'pending' | 'active' | 'expired';

/** @param now RFC 3339 or milliseconds. It has expired at its end, and is active at its start. */
export function stateOfSilence({ startsAt, endsAt }: Pick<Silence, 'startsAt' | 'endsAt'>, now: number): SilenceState {
  if (now >= Date.parse(endsAt)) return 'expired';
  return now < Date.parse(startsAt) ? 'pending' : 'active';
}

export interface CompiledSilence {
  readonly id: string;
  matches(labels: Labels): boolean;
}

/** One that cannot be read, or that matches whatever there is, silences nothing. */
export function compileSilence({ id, matchers }: Pick<Silence, 'id' | 'matchers'>): CompiledSilence {
  const compiled = matchers.map(compileMatcher);
  const readable = compiled.filter((each): each is Matcher => typeof each !== 'string');
  const means = readable.length === compiled.length && readable.some((each) => !each.matches(''));
  return { id, matches: (labels) => means && matchesAll(readable, labels) };
}
