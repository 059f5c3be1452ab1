// What is not kept: incidents that are over and told, and what a receiver has not taken for a day.
import { stateOf } from './news.ts';
import { forgetAfter, giveUpAfter, sweepEvery } from './parameters.ts';
import { dropSubject, laneOf, nowOf, type Receiver, review, type State, tellingKey, tellingOf } from './state.ts';

/** Looks for it now and then. */
export function sweep(state: State): void {
  const now = nowOf(state);
  if (now - (state.clock.get('swept') ?? 0) < sweepEvery) return;
  state.clock.set('swept', now);
  for (const [name, receiver] of [...state.receivers.entries()]) if (receiver.fails > 0) giveUp(state, name, receiver);
  forget(state);
}

function giveUp(state: State, name: string, receiver: Receiver): void {
  for (const key of [...laneOf(state, name).waiting].sort()) {
    const [subject, telling] = [state.subjects.get(key), tellingOf(state, name, key)];
    if (!subject || !telling || telling.ask) continue;
    if (nowOf(state) - (telling.waitingSince ?? Number.POSITIVE_INFINITY) <= giveUpAfter) continue;
    receiver.expired += 1;
    telling.refused = { ...stateOf(subject), labels: telling.told?.labels ?? {} };
    telling.tries = 0;
    delete telling.retryAt;
    state.tellings.set(tellingKey(name, key), telling);
    review(state, name, key);
  }
  state.receivers.set(name, receiver);
}

function forget(state: State): void {
  for (const key of [...state.over].sort()) {
    const endedAt = state.subjects.get(key)?.endedAt;
    if (endedAt === undefined || nowOf(state) - Date.parse(endedAt) < forgetAfter) continue;
    if (![...state.receivers.entries()].some(([name]) => isOwed(state, name, key))) dropSubject(state, key);
  }
}

function isOwed(state: State, name: string, key: string): boolean {
  return laneOf(state, name).waiting.has(key) || state.tellings.get(tellingKey(name, key))?.ask !== undefined;
}
