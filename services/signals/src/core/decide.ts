// One arrival, item by item: each item has exactly one outcome in the ledger.
import {
  countedSources,
  type Envelope,
  hash64,
  type Item,
  known,
  type UnreadableItem,
  unreadable,
} from '@winnow/contracts';
import type { LogRecord, Outcome } from '@winnow/stream';
import { muted, type Verdict } from './claim.ts';
import { noteDeclaredChange } from './declared-changes.ts';
import { takeDependency } from './dependencies.ts';
import { wake } from './due.ts';
import { takeAlert } from './from-alert.ts';
import { takeAudit } from './from-audit.ts';
import { takeLookup } from './from-checks.ts';
import { takeEvent } from './from-event.ts';
import { takeListMarker, takeObject } from './inventory.ts';
import { isOvertaken } from './overtaken.ts';
import { senderOf, senderOfBeat } from './senders.ts';
import { findSilent, hear } from './sources.ts';
import { PARTITION, type State } from './state.ts';
import { takeSilence } from './take-silence.ts';
import { SECOND } from './time.ts';
import { account, count, heardKey, openTurn, type Turn, tell, tellDeadLetter } from './turn.ts';

/** With nothing else to tell, the time is told this often. */
const TICK = 5 * SECOND;

export function decide(state: State, record: LogRecord): Outcome {
  const envelope = record.value as Envelope;
  // A replay gives the ids that the run gave which was recorded.
  const position = envelope.origin?.position ?? `${record.partition}-${record.offset}`;
  const turn = openTurn(state, envelope, position);
  passTime(turn);
  // Only sources that send heartbeats can be found to be silent.
  // A replay is nobody's voice.
  if (countedSources.includes(envelope.source) && envelope.originalAt === undefined)
    hear(turn, turn.heard, senderOf(envelope));
  if (envelope.shed || envelope.refused) noteMissing(turn, envelope);
  for (const [at, item] of envelope.items.entries()) {
    turn.item = `${position}.${at}`;
    take(turn, envelope, item);
  }
  findSilent(turn);
  if (turn.row.told === 0 || turn.at - turn.row.told >= TICK) tell(turn, { type: 'tick' });
  state.clusters.set(turn.scope, turn.row);
  return { emit: turn.emit, ledger: [...turn.cells.values()] };
}

/** What did not get in under load: what was shed is counted here; of alerts nobody who sends them counts as wholly heard for a while. */
function noteMissing(turn: Turn, envelope: Envelope): void {
  if (countedSources.includes(envelope.source))
    for (const { reason, count: items } of envelope.shed ?? []) count(turn, 'shed', reason, items);
  if (senderOf(envelope) !== undefined) turn.row.missed = turn.at;
}

/** Carries out what is due on the time of the cluster and of the partition. */
function passTime(turn: Turn): void {
  const { partition } = turn.state;
  partition.at = Math.max(partition.at, turn.at);
  wake(turn, PARTITION, partition.at);
  wake(turn, turn.scope, turn.at);
}

function take(turn: Turn, envelope: Envelope, item: Item): void {
  if (item.type === 'unreadable') {
    takeUnreadable(turn, item);
    return;
  }
  const late = envelope.originalAt !== undefined && item.type === 'alert' && isOvertaken(turn, envelope, item);
  const verdict = late ? muted('told-late') : verdictOf(turn, item);
  if (verdict && countedSources.includes(turn.source)) account(turn, verdict);
}

/** Undefined for what is not counted. */
function verdictOf(turn: Turn, item: Exclude<Item, UnreadableItem>): Verdict | undefined {
  switch (item.type) {
    case 'alert':
      return takeAlert(turn, item);
    case 'event':
      return takeEvent(turn, item);
    case 'object':
      return takeObject(turn, item);
    case 'list-begin':
    case 'list-end':
      return takeListMarker(turn, item);
    case 'audit':
      return takeAudit(turn, item);
    case 'heartbeat':
      return void hear(turn, heardKey(turn.scope, item.source, item.instance), senderOfBeat(item));
    case 'lookup':
      return void takeLookup(turn, item);
    case 'change':
      return void noteDeclaredChange(turn, item);
    case 'dependency':
      return void takeDependency(turn, item);
    case 'operator': {
      if (item.act === 'silence') return void takeSilence(turn, item);
      const { act, incident, actor, root, mode, comment } = item;
      return void tell(turn, { type: 'operator', act, ...known({ incident, actor, root, mode, comment }) });
    }
    default:
      return void takeUnknown(turn, item);
  }
}

/** An intake of a newer version may tell of more than this version knows. */
function takeUnknown(turn: Turn, { type }: { readonly type: string }): void {
  const expected = 'an item that this version of Winnow knows';
  takeUnreadable(turn, unreadable('wrong-shape', 'type', expected, JSON.stringify(type)));
}

function takeUnreadable(turn: Turn, { code, place, expected, found }: UnreadableItem): void {
  count(turn, 'dead_lettered', code);
  const id = `dl-${hash64(`${turn.scope}|${place}|${code}|${turn.item}`)}`;
  tellDeadLetter(turn, { id, code, position: turn.item, place, expected, found });
}
