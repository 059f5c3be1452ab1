// The receivers of the settings, and since when each has been one.
import { dropTelling, review, type State } from './state.ts';

export interface ReceiverSetting {
  /** Its host and a mark that tells it from others there: never its URL, which may hold a secret. */
  readonly name: string;
  /** When this process was started with it. One that was known before keeps the time that it has. RFC 3339. */
  readonly since: string;
  /** What it takes: Alertmanager's webhooks, or alerts as an Alertmanager does (webhooks where absent). */
  readonly takes?: 'webhooks' | 'alerts';
}

/** Takes in receivers that came and lets those go that went. */
export function agreeOnReceivers(state: State, settings: readonly ReceiverSetting[]): void {
  if (state.agreed) return;
  state.agreed = true;
  const names = new Set(settings.map(({ name }) => name));
  for (const [name] of [...state.receivers.entries()]) if (!names.has(name)) letGo(state, name);
  for (const { name, since, takes } of settings) {
    if (state.receivers.has(name)) continue;
    const renews = takes === 'alerts';
    const none = { fails: 0, delivered: 0, retried: 0, refused: 0, expired: 0 };
    state.receivers.set(name, { since, ...(renews && { renews }), ...none });
    for (const [key] of [...state.subjects.entries()]) review(state, name, key);
  }
}

function letGo(state: State, name: string): void {
  for (const [key] of [...state.subjects.entries()]) dropTelling(state, name, key);
  state.receivers.delete(name);
  state.lanes.delete(name);
}
