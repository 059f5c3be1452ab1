// The stage: what incidents of all clusters of a tenant may have in common → fleet incidents. What is grouped with what is found in
// core/candidates.ts and core/link.ts, as a function of all that is known; core/reconcile.ts gives it ids that last.
import { type FleetInput, topics } from '@winnow/contracts';
import { type LogRecord, nothing, type Outcome, type Stage } from '@winnow/stream';
import { type FleetConfig, fleetConfigSchema } from './config.ts';
import { linkIncidents } from './core/link.ts';
import { reconcile } from './core/reconcile.ts';
import { type IncidentRow, incidentKey } from './core/rows.ts';
import {
  allCandidates,
  dropIncident,
  expiryOf,
  openState,
  putIncident,
  type State,
  type Tenant,
  tableSpecs,
  tenantIn,
} from './core/state.ts';

/** Settings that are not given take their defaults. @throws where one is out of range. */
export function fleetStage(settings: Partial<FleetConfig> = {}): Stage<State> {
  const config = fleetConfigSchema.parse(settings);
  return {
    name: 'fleet',
    version: 1,
    inputs: [topics.fleetInputs.name],
    tables: tableSpecs,
    open: (tables) => openState(tables, config),
    decide: (state, record) => decide(config, state, record as LogRecord<FleetInput | null>),
  };
}

function decide(config: FleetConfig, state: State, record: LogRecord<FleetInput | null>): Outcome {
  const { value } = record;
  if (value === null) return nothing;
  const tenant = tenantIn(state, value.tenant);
  passTime(state, tenant, value.at);
  const changed = take(state, tenant, value, config);
  const forgotten = forgetOld(state, tenant, config);
  if (!changed && !forgotten) return nothing;
  const links = linkIncidents(allCandidates(tenant, config), tenant.usage, config);
  const at = new Date(tenant.now).toISOString();
  const position = `${record.partition}-${record.offset}`;
  const tellings = reconcile({ state, tenant, at, position, maxListed: config.maxListed }, links);
  const emit = tellings.map(({ row, value: fleet }) => ({
    topic: topics.fleetIncidents.name,
    key: row.id,
    type: 'fleet-incident',
    value: fleet,
  }));
  return emit.length > 0 ? { emit } : nothing;
}

/** The clusters' clocks differ: time never goes back. */
function passTime(state: State, tenant: Tenant, at: string): void {
  const now = Date.parse(at);
  if (!(now > tenant.now)) return;
  tenant.now = now;
  state.tables.clocks.set(tenant.name, now);
}

/** True where what is grouped with what may have changed. */
function take(state: State, tenant: Tenant, input: FleetInput, config: FleetConfig): boolean {
  const key = incidentKey(tenant.name, input.cluster, input.incident);
  const known = tenant.incidents.get(key);
  if (known && known.revision > input.revision) return false;
  const sharesNothing = input.causes.length === 0 && (known?.causes.length ?? 0) === 0;
  if (input.mergedInto !== undefined || sharesNothing) {
    if (known) dropIncident(state, tenant, key);
    return known !== undefined && !sharesNothing;
  }
  putIncident(state, tenant, key, rowOf(input, known), config);
  return true;
}

function rowOf(input: FleetInput, known: IncidentRow | undefined): IncidentRow {
  const { schema: _, tenant: _tenant, mergedInto: _mergedInto, ...row } = input;
  return input.status === 'resolved' ? { ...row, endedAt: known?.endedAt ?? input.at } : row;
}

/** Lets go of what is long over, and of the oldest where there are too many. */
function forgetOld(state: State, tenant: Tenant, config: FleetConfig): boolean {
  let any = false;
  for (const key of tenant.expiry.take(tenant.now)) {
    const row = tenant.incidents.get(key);
    if (!row) continue;
    const due = expiryOf(row, config);
    if (due > tenant.now) tenant.expiry.note(key, due);
    else {
      dropIncident(state, tenant, key);
      any = true;
    }
  }
  if (tenant.incidents.size <= config.maxIncidents) return any;
  for (const key of oldestOf(tenant, config.maxIncidents * ROOM)) dropIncident(state, tenant, key);
  return true;
}

/** Where there are too many, so large a share makes room: looking for the oldest takes a look at all. */
const ROOM = 0.05;

/** What is over goes before what lasts. */
function oldestOf({ incidents }: Tenant, room: number): readonly string[] {
  const rank = ([key, { endedAt, at }]: [string, IncidentRow]) => `${endedAt === undefined ? 1 : 0} ${at} ${key}`;
  const ranked = [...incidents].map((each) => ({ key: each[0], rank: rank(each) }));
  const ordered = ranked.sort((one, other) => (one.rank < other.rank ? -1 : 1));
  return ordered.slice(0, Math.ceil(room)).map(({ key }) => key);
}
