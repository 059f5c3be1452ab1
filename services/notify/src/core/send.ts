// Which notifications go out now: the gravest first, a few at once, and to a receiver that fails one at a time.
import { type Ask, hash64, severities, topics } from '@winnow/contracts';
import type { Emission } from '@winnow/stream';
import { stateOf, type Telling, type Told, tellableFrom } from './news.ts';
import { atOnce, giveUpAfter, postDeadline } from './parameters.ts';
import { labelsOf, type Webhook, webhookOf } from './payload.ts';
import { addUnderWay, nowOf, type Receiver, review, type State, tellingKey, tellingOf } from './state.ts';
import type { Subject } from './subject.ts';

/** Arguments of an ask of kind `notification`. */
export interface NotificationArguments {
  readonly receiver: string;
  readonly body: Webhook;
}

interface Candidate {
  readonly key: string;
  readonly subject: Subject;
  readonly telling: Telling;
}

/** Asks for what is due, and notes when the next falls due. */
export function sendDue(state: State, externalUrl: string): Emission[] {
  const now = nowOf(state);
  if (now < state.nextDue) return [];
  state.nextDue = Number.POSITIVE_INFINITY;
  return [...state.receivers.entries()].flatMap(([name, receiver]) => sendTo(state, name, receiver, externalUrl));
}

function sendTo(state: State, name: string, receiver: Receiver, externalUrl: string): Emission[] {
  const now = nowOf(state);
  if (!state.waiting.get(name)?.size) return [];
  if (receiver.retryAt !== undefined && now < receiver.retryAt) return dueAt(state, receiver.retryAt);
  const free = (receiver.fails > 0 ? 1 : atOnce) - (state.underWay.get(name) ?? 0);
  // What comes of those that are under way makes room.
  if (free <= 0) return [];
  const ready = candidatesOf(state, name).filter(({ subject, telling }) => {
    const from = tellableFrom(subject, telling) ?? Number.POSITIVE_INFINITY;
    if (from > now) dueAt(state, from);
    return from <= now;
  });
  return ready
    .sort(byUrgency)
    .slice(0, free)
    .map((candidate) => ask(state, name, candidate, externalUrl));
}

function dueAt(state: State, at: number): [] {
  state.nextDue = Math.min(state.nextDue, at);
  return [];
}

/** Incidents of which the receiver has yet to be told something and is not being told. What waits for too long is given up. */
function candidatesOf(state: State, name: string): Candidate[] {
  return [...(state.waiting.get(name) ?? [])].flatMap((key) => {
    const [subject, telling] = [state.subjects.get(key), tellingOf(state, name, key)];
    if (!subject || !telling || telling.ask) return [];
    if (telling.tries > 0 && nowOf(state) - (telling.waitingSince ?? 0) > giveUpAfter) {
      giveUp(state, name, { key, subject, telling });
      return [];
    }
    return [{ key, subject, telling }];
  });
}

function giveUp(state: State, name: string, { key, subject, telling }: Candidate): void {
  const receiver = state.receivers.get(name);
  if (!receiver) return;
  receiver.expired += 1;
  state.receivers.set(name, receiver);
  telling.refused = { ...stateOf(subject), labels: telling.told?.labels ?? {} };
  telling.tries = 0;
  delete telling.retryAt;
  state.tellings.set(tellingKey(name, key), telling);
  review(state, name, key);
}

/** What failed less often first, so that one that the receiver cannot take holds up no other; then the graver, then the older. */
function byUrgency(one: Candidate, other: Candidate): number {
  const rank = ({ subject }: Candidate) => severities.indexOf(subject.severity);
  return (
    one.telling.tries - other.telling.tries ||
    rank(one) - rank(other) ||
    (one.telling.waitingSince ?? 0) - (other.telling.waitingSince ?? 0) ||
    (one.key < other.key ? -1 : 1)
  );
}

function ask(state: State, name: string, { key, subject, telling }: Candidate, externalUrl: string): Emission {
  const shown = stateOf(subject);
  // The end is told under the labels that its beginning was told under: some receivers know an alert by these.
  const labels = shown.firing ? labelsOf(subject) : (telling.told?.labels ?? labelsOf(subject));
  const sent: Told = { ...shown, labels };
  telling.asks += 1;
  const id = `ask-${hash64(`${subject.id}|notification|${name}|${telling.asks}`)}`;
  telling.ask = { id, sent };
  state.tellings.set(tellingKey(name, key), telling);
  addUnderWay(state, name, 1);
  const value = askOf(id, subject, nowOf(state), { receiver: name, body: webhookOf(subject, labels, externalUrl) });
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
