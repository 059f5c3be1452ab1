// The stage: signals → incidents. Which incident a signal belongs to is decided in core/join.ts, by relations found in core/find-links.ts
// and weighed in core/relation.ts; what time brings about in core/lifecycle.ts; where trouble likely began in core/roots.ts.
import { entityKey, type SignalRecord, topics } from '@winnow/contracts';
import { type LogRecord, type Migrations, nothing, type Outcome, type Stage } from '@winnow/stream';
import { type GroupingConfig, groupingConfigSchema } from './config.ts';
import { takeAct } from './core/acts.ts';
import { noteChange } from './core/changes.ts';
import { follow } from './core/follow.ts';
import { runDue } from './core/lifecycle.ts';
import type { Moment } from './core/moment.ts';
import { settleUp } from './core/revision.ts';
import { rowKey, scopeOf } from './core/rows.ts';
import { learn, openState, type State, scopeIn, tableSpecs } from './core/state.ts';

/** Version 1 did not note where merged incidents live on: for acts on those that were merged before there is nobody to be found. */
const migrations: Migrations = { 1: () => undefined };

/** Settings that are not given take their defaults. @throws where one is out of range. */
export function groupingStage(settings: Partial<GroupingConfig> = {}): Stage<State> {
  const config = groupingConfigSchema.parse(settings);
  return {
    name: 'grouping',
    version: 2,
    inputs: [topics.signals.name],
    tables: tableSpecs,
    open: openState,
    decide: (state, record) => decide(config, state, record),
    migrate: migrations,
  };
}

function decide(config: GroupingConfig, state: State, record: LogRecord): Outcome {
  const value = record.value as SignalRecord;
  const moment: Moment = {
    config,
    state,
    scope: scopeIn(state, scopeOf(value)),
    tenant: value.tenant,
    cluster: value.cluster,
    at: value.at,
    now: Date.parse(value.at),
    traceId: traceOf(record),
    touched: new Set(),
    emit: [],
  };
  runDue(moment);
  take(moment, value);
  settleUp(moment);
  return moment.emit.length > 0 ? { emit: moment.emit } : nothing;
}

function take(moment: Moment, value: SignalRecord): void {
  if (value.type === 'signal') follow(moment, value.signal);
  else if (value.type === 'topology') takeTopology(moment, value);
  else if (value.type === 'dependency') takeDependency(moment, value);
  else if (value.type === 'change') noteChange(moment, value);
  else if (value.type === 'operator') takeAct(moment, value);
}

type RecordOf<T extends SignalRecord['type']> = Extract<SignalRecord, { type: T }>;

function takeTopology({ state, scope }: Moment, { entity, facts }: RecordOf<'topology'>): void {
  const key = rowKey(scope.name, entityKey(entity));
  if (facts) {
    const row = { entity, facts };
    state.tables.facts.set(key, row);
    learn(scope, row);
  } else {
    state.tables.facts.delete(key);
    scope.graph.apply(entity, undefined);
  }
}

function takeDependency({ state, scope }: Moment, record: RecordOf<'dependency'>): void {
  const { from, to } = record;
  const key = rowKey(scope.name, `${entityKey(from)} ${entityKey(to)}`);
  if (record.gone) {
    state.tables.declared.delete(key);
    scope.graph.undeclare(from, to);
  } else if (!state.tables.declared.has(key)) {
    // Who calls whom decides; how the calls go does not.
    state.tables.declared.set(key, { from, to });
    scope.graph.declare(from, to);
  }
}

/** The trace that the record belongs to: the second field of a W3C traceparent. */
function traceOf(record: LogRecord): string {
  return record.headers.traceparent?.split('-')[1] ?? '0'.repeat(32);
}
