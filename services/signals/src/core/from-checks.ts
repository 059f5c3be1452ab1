// Results of active checks: a Service that cannot be reached, a node's service that is down. They are not counted in the ledger.
import { type EntityRef, entity, type LookupItem, type SymptomId } from '@winnow/contracts';
import type { Claim } from './claim.ts';
import { raise, settleOrSave } from './raise.ts';
import { resolve, untell } from './resolve.ts';
import { isAlive, isLive, placeAt, save, slotKeyOf } from './slots.ts';
import { objectKey } from './state.ts';
import { complain } from './told.ts';
import type { Turn } from './turn.ts';

interface Result {
  readonly entity: EntityRef;
  readonly symptom: SymptomId;
  readonly ok: boolean;
  readonly reason: string;
  readonly message: string;
  readonly attributes: Readonly<Record<string, string>>;
}

type Fields = Readonly<Record<string, unknown>>;

export function takeLookup(turn: Turn, item: LookupItem): void {
  if (item.kind !== 'checks' || item.status !== 'ok' || typeof item.value !== 'object' || !item.value) return;
  const { connectivity, nodeServices } = item.value as Fields;
  for (const each of [...rows(connectivity).map(reached), ...rows(nodeServices).map(active)])
    if (each) takeResult(turn, each);
}

const rows = (value: unknown): Fields[] =>
  Array.isArray(value) ? value.filter((each): each is Fields => typeof each === 'object' && each !== null) : [];
const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

function reached({ namespace, service, port, fromNode, ok, output }: Fields): Result | undefined {
  if (!service || typeof ok !== 'boolean') return undefined;
  const from = text(fromNode);
  const attributes = { ...(from && { node: from }), ...(port !== undefined && { port: text(port) }) };
  const message = `Port ${text(port)} cannot be reached${from && ` from node ${from}`}: ${text(output)}`;
  return {
    entity: entity('Service', text(namespace), text(service)),
    symptom: 'connectivity-failed',
    ok,
    reason: 'ConnectivityCheck',
    message,
    attributes,
  };
}

function active({ node, service, active: ok, output }: Fields): Result | undefined {
  if (!node || typeof ok !== 'boolean') return undefined;
  const message = `${text(service)} is not active: ${text(output)}`;
  const attributes = { node: text(node), service: text(service) };
  return {
    entity: entity('Node', undefined, text(node)),
    symptom: 'node-service-down',
    ok,
    reason: text(service) || 'NodeService',
    message,
    attributes,
  };
}

function takeResult(turn: Turn, { ok, ...told }: Result): void {
  // Each port and node is a check of its own; what it found stands until it finds otherwise.
  const check = objectKey(turn.scope, { kind: 'Check', name: Object.values(told.attributes).join('/') });
  if (ok) {
    passed(turn, slotKeyOf(turn.scope, told.entity, told.symptom), check);
    return;
  }
  const claim: Claim = { ...told, since: turn.at, settle: 0, why: 'an active check failed' };
  const raised = raise(turn, claim, 'event', 1);
  complain(turn, raised.place, check, turn.at);
  settleOrSave(turn, raised);
}

function passed(turn: Turn, slot: string, check: string): void {
  const place = placeAt(turn, slot);
  if (!place?.slot.told?.[check]) return;
  untell(turn, place, check);
  if (isAlive(place) || !isLive(place.row)) save(turn, place);
  else resolve(turn, place, 'recovered');
}
