// What came of a post: taken, refused for good, or to be tried again, and when.
import { fieldsOf, hash32, type LookupResult, numberIn } from '@winnow/contracts';
import type { Telling } from './news.ts';
import { firstRetry, longestRetry, longestRetryAfter } from './parameters.ts';
import {
  laneOf,
  nowOf,
  passTime,
  type Receiver,
  review,
  type State,
  subjectKey,
  tellingKey,
  tellingOf,
} from './state.ts';

/** The value of a result: the receiver's answer. */
export interface Answer {
  /** The HTTP status. */
  readonly code: number;
  /** From Retry-After. */
  readonly retryAfterSeconds?: number;
}

export function takeResult(state: State, result: LookupResult): void {
  passTime(state, result.at);
  const key = subjectKey(result, result.incident);
  for (const [name, receiver] of [...state.receivers.entries()]) {
    const telling = tellingOf(state, name, key);
    if (telling?.ask?.id !== result.ask) continue;
    settle(nowOf(state), receiver, telling, result);
    laneOf(state, name).underWay -= 1;
    state.receivers.set(name, receiver);
    state.tellings.set(tellingKey(name, key), telling);
    review(state, name, key);
    return;
  }
}

function settle(now: number, receiver: Receiver, telling: Telling, result: LookupResult): void {
  const sent = telling.ask?.sent;
  delete telling.ask;
  if (!sent) return;
  const { code, retryAfter } = answerOf(result);
  if (code !== undefined && code >= 200 && code < 300) {
    Object.assign(telling, { told: sent, sentAt: now });
    delete telling.refused;
    delete telling.waitingSince;
    receiver.delivered += 1;
    receiver.deliveredAt = result.at;
    delete receiver.problem;
    isWell(receiver, telling);
  } else if (code !== undefined && isFinal(code)) {
    Object.assign(telling, { refused: sent, sentAt: now });
    delete telling.waitingSince;
    receiver.refused += 1;
    receiver.problem = `it answered ${code}${code < 400 ? ', a redirection: give the URL that it leads to' : ''}`;
    isWell(receiver, telling);
  } else {
    receiver.problem = code === undefined ? (result.message ?? result.status) : `it answered ${code}`;
    tryAgain(now, receiver, telling, { ask: result.ask, retryAfter });
  }
}

function answerOf({ status, value }: LookupResult): { readonly code: number | undefined; readonly retryAfter: number } {
  const { code, retryAfterSeconds } = fieldsOf(status === 'ok' ? value : undefined);
  const retryAfter = Math.max(0, numberIn(retryAfterSeconds) ?? 0) * 1000;
  return { code: numberIn(code), retryAfter: Math.min(retryAfter, longestRetryAfter) };
}

/** A fault of what was sent, or of the URL: the same again would be refused again. */
const isFinal = (code: number) => code < 500 && code !== 408 && code !== 429;

/** It answers, whatever it says. */
function isWell(receiver: Receiver, telling: Telling): void {
  receiver.fails = 0;
  delete receiver.retryAt;
  telling.tries = 0;
  delete telling.retryAt;
}

interface Failure {
  readonly ask: string;
  readonly retryAfter: number;
}

function tryAgain(now: number, receiver: Receiver, telling: Telling, { ask, retryAfter }: Failure): void {
  receiver.retried += 1;
  // Posts that were under way together fail together: that is one failure of the receiver.
  if (now >= (receiver.retryAt ?? 0)) {
    receiver.fails += 1;
    receiver.retryAt = now + Math.max(retryAfter, backoff(receiver.fails, ask));
  }
  telling.tries += 1;
  telling.retryAt = now + Math.max(retryAfter, backoff(telling.tries, ask));
}

/** Doubled each time, less up to a half that the ask's id decides: a replay waits as long, and incidents do not come back in step. */
function backoff(tries: number, ask: string): number {
  const full = Math.min(longestRetry, firstRetry * 2 ** Math.min(tries - 1, 20));
  return full * (1 - hash32(ask) / 2 ** 33);
}
