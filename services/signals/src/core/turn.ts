// One envelope being decided: where it came from, when, and what has come of it so far.
import {
  type DeadLetter,
  type Envelope,
  hash64,
  type Inventory,
  type SignalRecord,
  type Source,
} from '@winnow/contracts';
import type { Emission, LedgerCell, OutcomeReason } from '@winnow/stream';
import type { Verdict } from './claim.ts';
import { highOf, lowOf } from './packed-keys.ts';
import { type ClusterRow, type State, scopeOf } from './state.ts';
import { msOf } from './time.ts';

export interface Turn {
  readonly state: State;
  readonly tenant: string;
  readonly cluster: string;
  readonly scope: string;
  /** Hash of the scope, as two numbers. */
  readonly mark: readonly [number, number];
  readonly source: Source;
  /** The source instance whose arrival or heartbeat is at hand: `scope|source|instance`. */
  heard: string;
  /** The time on that instance's clock, once it was heard; 0 before. */
  clock: number;
  /** The bit of the one whose alerts are at hand; 0 for what is no alert. */
  sender: number;
  readonly at: number;
  readonly atText: string;
  readonly row: ClusterRow;
  /** Id of the item at hand. */
  item: string;
  /** The recording's line, as the key of the table `lines`; absent outside recordings. */
  readonly line: string | undefined;
  readonly emit: Emission[];
  readonly cells: Map<string, Cell>;
  /** The one that counted last. */
  cell?: Cell;
}

interface Cell {
  readonly source: Source;
  readonly outcome: LedgerCell['outcome'];
  readonly reason: OutcomeReason;
  count: number;
}

export const heardKey = (scope: string, source: string, instance: string): string => `${scope}|${source}|${instance}`;

function markOf(scope: string): readonly [number, number] {
  const key = hash64(scope);
  return [highOf(key), lowOf(key)];
}

export function openTurn(state: State, envelope: Envelope, position: string): Turn {
  const scope = scopeOf(envelope.tenant, envelope.cluster);
  const row = state.clusters.get(scope) ?? { since: msOf(envelope.at), at: 0, told: 0, order: 0 };
  // The intake's clock may be set back; decisions never go back in time.
  const at = Math.max(msOf(envelope.at), row.at);
  row.at = at;
  const line = envelope.origin?.line;
  return {
    state,
    tenant: envelope.tenant,
    cluster: envelope.cluster,
    scope,
    mark: markOf(scope),
    source: envelope.source,
    heard: heardKey(scope, envelope.source, envelope.instance),
    clock: 0,
    sender: 0,
    at,
    atText: new Date(at).toISOString(),
    row,
    item: position,
    line: line === undefined ? undefined : line.toString(16).padStart(16, '0'),
    emit: [],
    cells: new Map(),
  };
}

/** Counts the outcome of one item, and notes the line of what belongs to a signal. */
export function account(turn: Turn, verdict: Verdict): void {
  count(turn, verdict.outcome, verdict.outcome === 'muted' ? verdict.rule : '');
  if (verdict.outcome !== 'muted' && verdict.slot) noteLine(turn, verdict.slot);
}

export function count(turn: Turn, outcome: LedgerCell['outcome'], reason: OutcomeReason, items = 1): void {
  if (turn.cell?.outcome !== outcome || turn.cell.reason !== reason) turn.cell = cellOf(turn, outcome, reason);
  turn.cell.count += items;
}

function cellOf(turn: Turn, outcome: LedgerCell['outcome'], reason: OutcomeReason): Cell {
  const key = `${outcome}|${reason}`;
  const known = turn.cells.get(key);
  if (known) return known;
  const cell = { source: turn.source, outcome, reason, count: 0 };
  turn.cells.set(key, cell);
  return cell;
}

/** The first signal that a line's items belong to. */
function noteLine(turn: Turn, slotKey: string): void {
  if (!turn.line || turn.state.lines.get(turn.line)) return;
  const id = signalIdAt(turn.state, slotKey);
  if (!id) return;
  const hex = id.slice('sig-'.length);
  turn.state.lines.set(turn.line, [highOf(hex), lowOf(hex)]);
}

function signalIdAt(state: State, slotKey: string): string | undefined {
  const slot = state.slots.get(slotKey);
  return slot?.movedTo ? signalIdAt(state, slot.movedTo) : slot?.id;
}

type Body<T> = T extends unknown ? Omit<T, 'schema' | 'tenant' | 'cluster' | 'at'> : never;

/** Puts out a record for grouping. */
export function tell(turn: Turn, body: Body<SignalRecord>, traceId?: string): void {
  const value = { schema: 1, tenant: turn.tenant, cluster: turn.cluster, at: turn.atText, ...body };
  turn.row.told = turn.at;
  turn.emit.push({ topic: 'winnow.signals', key: turn.cluster, type: body.type, value, ...(traceId && { traceId }) });
}

/** Compaction keeps one record of each key, and two tenants may have a cluster of one name. No cluster's name holds a `|`. */
const ownerOf = ({ tenant, cluster }: Turn) => (tenant === 'default' ? cluster : `${tenant}|${cluster}`);

export function tellInventory(
  turn: Turn,
  key: string,
  value: Omit<Inventory, 'schema' | 'tenant' | 'cluster' | 'at'> | null,
) {
  const head = { schema: 1, tenant: turn.tenant, cluster: turn.cluster, at: turn.atText };
  turn.emit.push({
    topic: 'winnow.inventory',
    key: `${ownerOf(turn)}/${key}`,
    type: 'inventory',
    value: value && { ...head, ...value },
  });
}

export function tellDeadLetter(
  turn: Turn,
  letter: Pick<DeadLetter, 'id' | 'code' | 'position' | 'place' | 'expected' | 'found'>,
) {
  const value: DeadLetter = {
    schema: 1,
    tenant: turn.tenant,
    cluster: turn.cluster,
    at: turn.atText,
    stage: 'signals',
    ...letter,
  };
  turn.emit.push({ topic: 'winnow.dead-letters', key: turn.cluster, type: 'dead-letter', value });
}
