// What decide works on: the tables, and for each tenant what is derived from them.
import { createDueTimes, type DueTimes, type Table, type Tables } from '@winnow/stream';
import type { FleetConfig } from '../config.ts';
import { type Candidate, candidatesOf } from './candidates.ts';
import { causeKey, causeOfKey } from './causes.ts';
import { type FleetRow, fleetKey, type IncidentRow, tenantOfKey } from './rows.ts';
import { byOnset, type Sharer } from './runs.ts';
import { createUsage, type Usage } from './usage.ts';

export const tableSpecs = { incidents: 'json', fleets: 'json', clocks: 'json' } as const;

/** One tenant. */
export interface Tenant {
  readonly name: string;
  readonly incidents: Map<string, IncidentRow>;
  readonly fleets: Map<string, FleetRow>;
  /** Row key → the fleet incident that it is a member of. */
  readonly memberOf: Map<string, string>;
  /** Cause → rows that have it. */
  readonly sharers: Map<string, Map<string, Sharer>>;
  /** Cause → groups; found anew where its sharers have changed. */
  readonly candidates: Map<string, readonly Candidate[]>;
  readonly stale: Set<string>;
  readonly usage: Usage;
  /** When a row is let go, milliseconds. */
  readonly expiry: DueTimes;
  /** The latest time of any input, milliseconds. */
  now: number;
}

export interface State {
  readonly tenants: Map<string, Tenant>;
  readonly tables: {
    readonly incidents: Table<IncidentRow>;
    readonly fleets: Table<FleetRow>;
    readonly clocks: Table<number>;
  };
}

export function openState(tables: Tables, config: FleetConfig): State {
  const state: State = { tenants: new Map(), tables: tables as unknown as State['tables'] };
  for (const [key, now] of state.tables.clocks.entries()) tenantIn(state, key).now = now;
  for (const [key, row] of state.tables.incidents.entries()) index(tenantIn(state, tenantOfKey(key)), key, row, config);
  for (const [key, row] of state.tables.fleets.entries()) hold(tenantIn(state, tenantOfKey(key)), row);
  return state;
}

export function tenantIn(state: State, name: string): Tenant {
  const known = state.tenants.get(name);
  if (known) return known;
  const tenant: Tenant = {
    name,
    incidents: new Map(),
    fleets: new Map(),
    memberOf: new Map(),
    sharers: new Map(),
    candidates: new Map(),
    stale: new Set(),
    usage: createUsage(),
    expiry: createDueTimes(),
    now: 0,
  };
  state.tenants.set(name, tenant);
  return tenant;
}

export function putIncident(state: State, tenant: Tenant, key: string, row: IncidentRow, config: FleetConfig): void {
  unindex(tenant, key);
  state.tables.incidents.set(key, row);
  index(tenant, key, row, config);
}

export function dropIncident(state: State, tenant: Tenant, key: string): void {
  unindex(tenant, key);
  state.tables.incidents.delete(key);
}

export function putFleet(state: State, tenant: Tenant, row: FleetRow): void {
  release(tenant, row.id);
  for (const member of row.members) takeFromOther(state, tenant, member, row.id);
  state.tables.fleets.set(fleetKey(tenant.name, row.id), row);
  hold(tenant, row);
}

/** An incident is a member of one, also where the other one is over. */
function takeFromOther(state: State, tenant: Tenant, member: string, to: string): void {
  const other = tenant.fleets.get(tenant.memberOf.get(member) ?? '');
  if (!other || other.id === to) return;
  const left = { ...other, members: other.members.filter((each) => each !== member) };
  tenant.fleets.set(other.id, left);
  state.tables.fleets.set(fleetKey(tenant.name, other.id), left);
}

export function dropFleet(state: State, tenant: Tenant, id: string): void {
  release(tenant, id);
  tenant.fleets.delete(id);
  state.tables.fleets.delete(fleetKey(tenant.name, id));
}

function hold(tenant: Tenant, row: FleetRow): void {
  tenant.fleets.set(row.id, row);
  for (const member of row.members) tenant.memberOf.set(member, row.id);
}

function release(tenant: Tenant, id: string): void {
  for (const member of tenant.fleets.get(id)?.members ?? [])
    if (tenant.memberOf.get(member) === id) tenant.memberOf.delete(member);
}

/** When nothing more is heard of it. */
export function expiryOf(row: IncidentRow, { remember, maxAge }: FleetConfig): number {
  return row.endedAt === undefined ? Date.parse(row.at) + maxAge : Date.parse(row.endedAt) + remember;
}

function index(tenant: Tenant, key: string, row: IncidentRow, config: FleetConfig): void {
  tenant.incidents.set(key, row);
  tenant.expiry.note(key, expiryOf(row, config));
  const times = {
    from: Date.parse(row.openedAt),
    to: row.endedAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(row.endedAt),
  };
  for (const [cause, weight] of weightsOf(row)) {
    const sharers = tenant.sharers.get(cause) ?? new Map<string, Sharer>();
    tenant.sharers.set(cause, sharers);
    sharers.set(key, { id: key, row, weight, ...times });
    tenant.stale.add(cause);
  }
  for (const name of usedNames(row)) tenant.usage.add(name, row.cluster, times.from);
}

function unindex(tenant: Tenant, key: string): void {
  const row = tenant.incidents.get(key);
  if (!row) return;
  tenant.incidents.delete(key);
  for (const cause of weightsOf(row).keys()) {
    const sharers = tenant.sharers.get(cause);
    sharers?.delete(key);
    if (sharers?.size === 0) tenant.sharers.delete(cause);
    tenant.stale.add(cause);
  }
  for (const name of usedNames(row)) tenant.usage.remove(name, row.cluster, Date.parse(row.openedAt));
}

/** The surest of each cause. */
function weightsOf({ causes }: IncidentRow): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const cause of causes) {
    const key = causeKey(cause);
    weights.set(key, Math.max(weights.get(key) ?? 0, cause.weight));
  }
  return weights;
}

/** Its causes, and their kinds. */
function usedNames(row: IncidentRow): ReadonlySet<string> {
  const causes = [...weightsOf(row).keys()];
  return new Set([...causes, ...causes.map((cause) => causeOfKey(cause).kind)]);
}

/** The groups of all causes, in one order. */
export function allCandidates(tenant: Tenant, config: FleetConfig): Candidate[] {
  for (const cause of tenant.stale) {
    const sharers = [...(tenant.sharers.get(cause)?.values() ?? [])];
    const found = sharers.length > 1 ? candidatesOf(cause, sharers.sort(byOnset), config) : [];
    if (found.length > 0) tenant.candidates.set(cause, found);
    else tenant.candidates.delete(cause);
  }
  tenant.stale.clear();
  return [...tenant.candidates.keys()].sort().flatMap((cause) => tenant.candidates.get(cause) ?? []);
}
