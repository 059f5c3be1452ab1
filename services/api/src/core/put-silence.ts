// What a posted silence comes to: a new one, the same one changed, or a new one in the place of the old one, as Alertmanager decides it.
import type { Silence } from '@winnow/contracts';
import { compileMatcher, stateOfSilence } from '@winnow/matchers';
import { faultOfMatchers, type PostedSilence, type SilenceRefusal } from './read-silence.ts';

export interface SilencesPut {
  readonly id: string;
  /** What is to be written. */
  readonly write: readonly Silence[];
}

export interface Known {
  /** The silence that the posted one names, where there is one. */
  readonly former?: Silence | undefined;
  /** How many there are that have not expired. */
  readonly alive: number;
}

/** More than anybody keeps by hand: a client that posts without end is refused before it fills the memory. */
export const MOST_SILENCES = 10_000;

/** @param now milliseconds. @param freshId for a silence that is new. */
export function putSilence(
  posted: PostedSilence,
  { former, alive }: Known,
  now: number,
  freshId: string,
): SilencesPut | SilenceRefusal {
  const fault = faultOf(posted, now);
  if (fault) return { status: 400, message: fault };
  if (posted.id !== undefined && !former) return { status: 404, message: 'silence not found' };
  const updatedAt = textOf(now);
  if (former && mayChange(former, posted, now))
    return { id: former.id, write: [{ ...posted, id: former.id, updatedAt }] };
  const isOver = !former || stateOfSilence(former, now) === 'expired';
  if (isOver && alive >= MOST_SILENCES)
    return { status: 400, message: `exceeded maximum number of silences: ${alive} (limit: ${MOST_SILENCES})` };
  const startsAt = Date.parse(posted.startsAt) < now ? textOf(now) : posted.startsAt;
  const fresh = { ...posted, id: freshId, startsAt, updatedAt };
  return { id: freshId, write: isOver ? [fresh] : [expireSilence(former, now), fresh] };
}

/** It ends now; one that has not begun begins and ends now. */
export function expireSilence(silence: Silence, now: number): Silence {
  const end = textOf(now);
  const startsAt = stateOfSilence(silence, now) === 'pending' ? end : silence.startsAt;
  const { id, matchers, createdBy, comment } = silence;
  return { id, matchers, createdBy, comment, startsAt, endsAt: end, updatedAt: end };
}

function faultOf(posted: PostedSilence, now: number): string | undefined {
  const [starts, ends] = [Date.parse(posted.startsAt), Date.parse(posted.endsAt)];
  if (starts >= ends) return 'Failed to create silence: start time must be before end time';
  if (ends < now) return "Failed to create silence: end time can't be in the past";
  const fault = faultOfMatchers(posted.matchers);
  if (fault) return `silence invalid: ${fault}`;
  return isAboutSomething(posted) ? undefined : 'silence invalid: at least one matcher must not match the empty string';
}

/** One whose matchers all take an empty value would mute everything. */
const isAboutSomething = ({ matchers }: PostedSilence) =>
  matchers.map(compileMatcher).some((each) => typeof each !== 'string' && !each.matches(''));

/** Whom it mutes may not change, nor when it began: what was muted by it was. */
function mayChange(former: Silence, next: PostedSilence, now: number): boolean {
  if (JSON.stringify(former.matchers.map(keyOf)) !== JSON.stringify(next.matchers.map(keyOf))) return false;
  const state = stateOfSilence(former, now);
  if (state === 'active') return secondOf(former.startsAt) === secondOf(next.startsAt);
  return state === 'pending' && Date.parse(next.startsAt) >= now;
}

const keyOf = ({ name, value, isRegex, isEqual }: Silence['matchers'][number]) => [name, value, isRegex, isEqual];
const secondOf = (time: string) => Math.floor(Date.parse(time) / 1000);
const textOf = (milliseconds: number) => new Date(milliseconds).toISOString();
