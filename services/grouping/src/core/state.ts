// What decide works on: the tables, and what is derived from them. Everything derived is a function of the tables' contents.
import { entityKey, type Signal } from '@winnow/contracts';
import { createDueTimes, type DueTimes, type Table, type Tables } from '@winnow/stream';
import { createGraph, type Graph } from '@winnow/topology';
import { createIdIndex, type IdIndex } from './id-index.ts';
import { blamesNames, referencesOf } from './references.ts';
import {
  type ChangeRow,
  type DeclaredRow,
  type FactsRow,
  type IncidentRow,
  type LooseRow,
  type MemberRow,
  rowKey,
  scopeOfKey,
} from './rows.ts';
import { isNodeTrouble } from './symptom-traits.ts';

export const tableSpecs = {
  incidents: 'json',
  members: 'json',
  loose: 'json',
  facts: 'json',
  declared: 'json',
  changes: 'json',
  merged: 'json',
} as const;

/** An incident with its members. */
export interface Group {
  readonly row: IncidentRow;
  readonly members: Map<string, MemberRow>;
}

/** One cluster. */
export interface Scope {
  readonly name: string;
  readonly graph: Graph;
  readonly groups: Map<string, Group>;
  readonly members: Map<string, MemberRow>;
  readonly loose: Map<string, LooseRow>;
  /** Ids of members and loose signals: by the entity that they live in, by namespace, by what they name. */
  readonly byHome: IdIndex;
  readonly byNamespace: IdIndex;
  readonly byReference: IdIndex;
  readonly changes: Map<string, ChangeRow>;
  /** Where incidents that were merged away live on, by id. */
  readonly merged: Map<string, string>;
  /** When something of an incident falls due, milliseconds since the epoch. */
  readonly due: DueTimes;
}

export interface State {
  readonly scopes: Map<string, Scope>;
  readonly tables: {
    readonly incidents: Table<IncidentRow>;
    readonly members: Table<MemberRow>;
    readonly loose: Table<LooseRow>;
    readonly facts: Table<FactsRow>;
    readonly declared: Table<DeclaredRow>;
    readonly changes: Table<ChangeRow>;
    readonly merged: Table<string>;
  };
}

export function openState(tables: Tables): State {
  const state: State = { scopes: new Map(), tables: tables as unknown as State['tables'] };
  for (const [key, row] of state.tables.facts.entries()) learn(scopeIn(state, scopeOfKey(key)), row);
  for (const [key, row] of state.tables.declared.entries())
    scopeIn(state, scopeOfKey(key)).graph.declare(row.from, row.to);
  for (const [key, row] of state.tables.changes.entries())
    scopeIn(state, scopeOfKey(key)).changes.set(entityKey(row.entity), row);
  for (const [key, survivor] of state.tables.merged.entries())
    scopeIn(state, scopeOfKey(key)).merged.set(key.slice(key.indexOf('|') + 1), survivor);
  for (const [key, row] of state.tables.incidents.entries()) indexGroup(scopeIn(state, scopeOfKey(key)), row);
  for (const [key, row] of state.tables.members.entries()) indexMember(scopeIn(state, scopeOfKey(key)), row);
  for (const [key, row] of state.tables.loose.entries()) indexLoose(scopeIn(state, scopeOfKey(key)), row);
  return state;
}

export function scopeIn(state: State, name: string): Scope {
  const held = state.scopes.get(name);
  if (held) return held;
  const scope: Scope = {
    name,
    graph: createGraph(),
    groups: new Map(),
    members: new Map(),
    loose: new Map(),
    byHome: createIdIndex(),
    byNamespace: createIdIndex(),
    byReference: createIdIndex(),
    changes: new Map(),
    merged: new Map(),
    due: createDueTimes(),
  };
  state.scopes.set(name, scope);
  return scope;
}

export function learn(scope: Scope, row: FactsRow): void {
  scope.graph.apply(row.entity, row.facts);
}

function indexGroup(scope: Scope, row: IncidentRow): Group {
  const group = { row, members: new Map() };
  scope.groups.set(row.id, group);
  // What really falls due then, the row tells.
  scope.due.note(row.id, 0);
  return group;
}

function indexMember(scope: Scope, row: MemberRow): void {
  scope.groups.get(row.incident)?.members.set(row.signal.id, row);
  scope.members.set(row.signal.id, row);
  locate(scope, row.signal, row.home, 'add');
}

function indexLoose(scope: Scope, row: LooseRow): void {
  scope.loose.set(row.signal.id, row);
  locate(scope, row.signal, row.home, 'add');
}

export function putGroup(state: State, scope: Scope, row: IncidentRow): Group {
  state.tables.incidents.set(rowKey(scope.name, row.id), row);
  return scope.groups.get(row.id) ?? indexGroup(scope, row);
}

/** The incident lives on in another, and so do those that live on in it. */
export function pointTo(state: State, scope: Scope, gone: string, survivor: string): void {
  for (const [id, target] of [...scope.merged, [gone, gone] as const]) {
    if (target !== gone) continue;
    scope.merged.set(id, survivor);
    state.tables.merged.set(rowKey(scope.name, id), survivor);
  }
}

/** Nobody can do anything to it any more, under whatever id. */
export function forgetMerged(state: State, scope: Scope, survivor: string): void {
  for (const [id, target] of [...scope.merged]) {
    if (target !== survivor) continue;
    scope.merged.delete(id);
    state.tables.merged.delete(rowKey(scope.name, id));
  }
}

export function dropGroup(state: State, scope: Scope, id: string): void {
  state.tables.incidents.delete(rowKey(scope.name, id));
  scope.groups.delete(id);
}

export function putMember(state: State, scope: Scope, row: MemberRow): void {
  dropMember(state, scope, row.signal.id);
  state.tables.members.set(rowKey(scope.name, row.signal.id), row);
  indexMember(scope, row);
}

/** The row was changed in place, in nothing that it is looked up by. */
export function keepMember(state: State, scope: Scope, row: MemberRow): void {
  state.tables.members.set(rowKey(scope.name, row.signal.id), row);
}

export function dropMember(state: State, scope: Scope, id: string): void {
  const row = scope.members.get(id);
  if (!row) return;
  state.tables.members.delete(rowKey(scope.name, id));
  scope.members.delete(id);
  scope.groups.get(row.incident)?.members.delete(id);
  locate(scope, row.signal, row.home, 'remove');
}

export function putLoose(state: State, scope: Scope, row: LooseRow): void {
  dropLoose(state, scope, row.signal.id);
  state.tables.loose.set(rowKey(scope.name, row.signal.id), row);
  indexLoose(scope, row);
}

export function dropLoose(state: State, scope: Scope, id: string): void {
  const row = scope.loose.get(id);
  if (!row) return;
  state.tables.loose.delete(rowKey(scope.name, id));
  scope.loose.delete(id);
  locate(scope, row.signal, row.home, 'remove');
}

/** False where the graph knows no object at all: nothing but alerts is told of this cluster. */
export function seesObjects(scope: Scope): boolean {
  return scope.graph.size() > 0;
}

/** Whose traffic stopped coming. */
export const losesTraffic = 'loses|traffic';

/** What a signal may be found by besides its entity. */
export function handlesOf(signal: Signal): readonly string[] {
  const node = signal.attributes.node;
  return [
    ...referencesOf(signal),
    ...(node ? [`node|${node}`] : []),
    ...(blamesNames(signal) ? ['blames|names'] : []),
    ...(signal.symptom === 'traffic-lost' ? [losesTraffic] : []),
    ...(signal.symptom === 'dns-failed' ? ['names|fail'] : []),
    ...(signal.entity.kind === 'Node' && isNodeTrouble(signal.symptom) ? [`trouble|${signal.entity.name}`] : []),
  ];
}

function locate(scope: Scope, signal: Signal, home: string, change: 'add' | 'remove'): void {
  scope.byHome[change](home, signal.id);
  scope.byNamespace[change](namespaceOf(signal), signal.id);
  for (const handle of handlesOf(signal)) scope.byReference[change](handle, signal.id);
}

/** The namespace that a signal belongs to; empty for the cluster's own. */
export function namespaceOf(signal: Signal): string {
  return signal.entity.kind === 'Namespace' ? signal.entity.name : (signal.entity.namespace ?? '');
}
