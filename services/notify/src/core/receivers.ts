// The receivers of the settings, and since when each has been one.
import { dropTelling, review, type State } from './state.ts';

export interface ReceiverSetting {
  /** Its host and a mark that tells it from others there: never its URL, which may hold a secret. */
  readonly name: string;
  /** When this process was started with it. One that was known before keeps the time that it has. RFC 3339. */
  readonly since: string;
}

/** Takes in receivers that came and lets those go that went. */
export function agreeOnReceivers(state: State, settings: readonly ReceiverSetting[]): void {
  if (state.agreed) return;
  state.agreed = true;
  const names = new Set(settings.map(({ name }) => name));
  for (const [name] of [...state.receivers.entries()]) if (!names.has(name)) letGo(state, name);
  for (const { name, since } of settings) {
    if (state.receivers.has(name)) continue;
    state.receivers.set(name, { since, fails: 0, delivered: 0, retried: 0, refused: 0, expired: 0 });
    for (const [key] of [...state.subjects.entries()]) review(state, name, key);
  }
}

function letGo(state: State, name: string): void {
  for (const [key] of [...state.subjects.entries()]) dropTelling(state, name, key);
  state.receivers.delete(name);
  state.lanes.delete(name);
}
