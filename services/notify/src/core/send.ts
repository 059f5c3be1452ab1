// Which notifications go out now: the gravest first, a few at once, and to a receiver that fails one at a time.
import { type Ask, hash64, severities, topics } from '@winnow/contracts';
import type { Emission } from '@winnow/stream';
import type { Lane } from './lanes.ts';
import { renewableFrom, stateOf, type Telling, type Told, tellableFrom } from './news.ts';
import { atOnce, postDeadline } from './parameters.ts';
import { labelsOf, type Webhook, webhookOf } from './payload.ts';
import { type PostableAlert, postableAlertsOf } from './postable-alerts.ts';
import { laneOf, nowOf, type Receiver, type State, tellingKey, tellingOf } from './state.ts';
import type { Subject } from './subject.ts';

/** Arguments of an ask of kind `notification`. */
export interface NotificationArguments {
  readonly receiver: string;
  readonly body: Webhook | readonly PostableAlert[];
}

interface Candidate {
  readonly key: string;
  readonly subject: Subject;
  readonly telling: Telling;
}

/** Asks for what is due. */
export function sendDue(state: State, externalUrl: string): Emission[] {
  const asks: Emission[] = [];
  for (const [name, receiver] of state.receivers.entries()) {
    const lane = laneOf(state, name);
    makeReady(state, name, lane, receiver);
    for (let left = roomOf(state, lane, receiver); left > 0; left--) {
      const next = takeNext(state, name, lane);
      if (!next) break;
      asks.push(ask(state, name, next, externalUrl));
      lane.underWay += 1;
    }
  }
  return asks;
}

/** What has fallen due; it may have been put off, or told, since that was noted. */
function makeReady(state: State, name: string, lane: Lane, { renews }: Receiver): void {
  const now = nowOf(state);
  for (const key of lane.due.take(now)) {
    const candidate = candidateOf(state, name, key);
    if (!candidate) continue;
    const { subject, telling } = candidate;
    const from = tellableFrom(subject, telling) ?? (renews && renewableFrom(subject, telling));
    if (from === undefined) continue;
    if (from > now) lane.due.note(key, from);
    else lane.ready.put(key, rankOf(candidate));
  }
}

/** How many more posts may be under way. What comes of those that are makes room. */
function roomOf(state: State, { underWay }: Lane, { fails, retryAt = 0 }: Receiver): number {
  return nowOf(state) < retryAt ? 0 : (fails > 0 ? 1 : atOnce) - underWay;
}

function takeNext(state: State, name: string, lane: Lane): Candidate | undefined {
  for (let key = lane.ready.take(); key !== undefined; key = lane.ready.take()) {
    const candidate = candidateOf(state, name, key);
    if (candidate) return candidate;
  }
  return undefined;
}

/** An incident that the receiver is not being told of right now. */
function candidateOf(state: State, name: string, key: string): Candidate | undefined {
  const [subject, telling] = [state.subjects.get(key), tellingOf(state, name, key)];
  return subject && telling && !telling.ask ? { key, subject, telling } : undefined;
}

/**
 * What has failed comes after what has not, in turns: one that the receiver cannot take holds up no other. Else the graver, then what
 * has waited for longer.
 */
function rankOf({ key, subject, telling: { tries, retryAt = 0, waitingSince = 0 } }: Candidate): string {
  const time = (ms: number) => String(Math.floor(ms)).padStart(15, '0');
  if (tries > 0) return `1|${time(retryAt)}|${key}`;
  return `0|${severities.indexOf(subject.severity)}|${time(waitingSince)}|${key}`;
}

function ask(state: State, name: string, { key, subject, telling }: Candidate, externalUrl: string): Emission {
  const shown = stateOf(subject);
  // The end is told under the labels that were told last: some receivers know an alert by these.
  const labels = shown.firing ? labelsOf(subject) : (telling.told?.labels ?? labelsOf(subject));
  const sent: Told = { ...shown, labels };
  telling.asks += 1;
  const id = `ask-${hash64(`${subject.id}|notification|${name}|${telling.asks}`)}`;
  telling.ask = { id, sent };
  state.tellings.set(tellingKey(name, key), telling);
  const webhook = webhookOf(subject, labels, externalUrl);
  const former = telling.told?.firing ? telling.told.labels : undefined;
  const body = state.receivers.get(name)?.renews ? postableAlertsOf(webhook, former, nowOf(state)) : webhook;
  const value = askOf(id, subject, nowOf(state), { receiver: name, body });
  return { topic: topics.lookups.name, key: id, type: 'ask', value, traceId: subject.traceId };
}

function askOf(id: string, subject: Subject, now: number, what: NotificationArguments): Ask {
  const { tenant, cluster, id: incident, revision } = subject;
  return {
    schema: 1,
    type: 'ask',
    ...{ id, tenant, cluster, incident, revision },
    kind: 'notification',
    arguments: { ...what },
    at: new Date(now).toISOString(),
    deadline: postDeadline,
  };
}
