// A cluster in tests: literal signal records go in, incidents come out. Every record is decided twice: by the stage that has run
// all along, and by one that has just been opened from the tables' contents; both must put out the same.
import {
  type EntityRef,
  entity,
  entityKey,
  type Incident,
  type Signal,
  type SignalRecord,
  type TopologyFacts,
} from '@winnow/contracts';
import { createTable, type LogRecord, type Tables } from '@winnow/stream';
import type { GroupingConfig } from '../config.ts';
import { tableSpecs } from '../core/state.ts';
import { groupingStage } from '../core.ts';

const start = Date.parse('2026-01-01T12:00:00.000Z');
const timeAt = (seconds: number) => new Date(start + seconds * 1000).toISOString();

export interface TestCluster {
  /** Facts of an object. */
  facts(entity: EntityRef, facts: TopologyFacts | undefined, seconds?: number): void;
  calls(from: EntityRef, to: EntityRef): void;
  forgets(from: EntityRef, to: EntityRef): void;
  /** A signal opens; gives its id. */
  opens(seconds: number, entity: EntityRef, symptom: Signal['symptom'], more?: Partial<Signal>): string;
  /** A known signal is told anew. */
  tells(seconds: number, id: string, more: Partial<Signal>): void;
  resolves(seconds: number, id: string, closedBy?: Signal['closedBy']): void;
  changes(seconds: number, entity: EntityRef, summary: string): void;
  closes(seconds: number, incident: string): void;
  /** What a person does. */
  acts(
    seconds: number,
    act: Omit<Extract<SignalRecord, { type: 'operator' }>, 'schema' | 'tenant' | 'cluster' | 'at' | 'type'>,
  ): void;
  tick(seconds: number): void;
  /** All revisions so far. */
  readonly revisions: readonly Incident[];
  /** The latest revision of each incident that was not merged away, oldest first. */
  incidents(): readonly Incident[];
  /** Those as sorted names of their members' entities. */
  groups(): readonly string[];
}

export function testCluster(settings: Partial<GroupingConfig> = {}): TestCluster {
  const stage = groupingStage(settings);
  const tables = newTables();
  const state = stage.open(tables);
  const revisions: Incident[] = [];
  const signals = new Map<string, Signal>();
  let count = 0;

  function feed(seconds: number, body: Record<string, unknown>): void {
    const value = { schema: 1, tenant: 'default', cluster: 'c1', at: timeAt(seconds), ...body } as SignalRecord;
    const record = recordOf(value, ++count);
    const fresh = stage.decide(stage.open(copyOf(tables)), record).emit ?? [];
    const emitted = stage.decide(state, record).emit ?? [];
    if (JSON.stringify(fresh) !== JSON.stringify(emitted))
      throw new Error(
        `a stage opened anew decides otherwise at ${value.at}: ${JSON.stringify(fresh)} instead of ${JSON.stringify(emitted)}`,
      );
    for (const each of emitted) revisions.push(JSON.parse(JSON.stringify(each.value)) as Incident);
  }

  function opens(seconds: number, of: EntityRef, symptom: Signal['symptom'], more: Partial<Signal> = {}): string {
    const id = `sig-${String(signals.size + 1).padStart(4, '0')}`;
    const signal: Signal = { ...plainSignal(id, of, symptom, timeAt(seconds)), ...more };
    signals.set(id, signal);
    feed(seconds, { type: 'signal', transition: 'opened', signal });
    return id;
  }

  function tells(seconds: number, id: string, more: Partial<Signal>): void {
    const signal = { ...(signals.get(id) as Signal), lastSeen: timeAt(seconds), ...more };
    signals.set(id, signal);
    feed(seconds, { type: 'signal', transition: signal.status === 'resolved' ? 'resolved' : 'updated', signal });
  }

  function incidents(): readonly Incident[] {
    const latest = new Map(revisions.map((each) => [each.id, each]));
    return [...latest.values()].filter((each) => each.mergedInto === undefined);
  }

  return {
    facts: (of, facts, seconds = 0) => feed(seconds, { type: 'topology', entity: of, ...(facts ? { facts } : {}) }),
    calls: (from, to) => feed(0, { type: 'dependency', from, to }),
    forgets: (from, to) => feed(0, { type: 'dependency', from, to, gone: true }),
    opens,
    tells,
    resolves: (seconds, id, closedBy = 'recovered') => tells(seconds, id, { status: 'resolved', closedBy }),
    changes: (seconds, of, summary) => feed(seconds, { type: 'change', change: `chg-${seconds}`, entity: of, summary }),
    acts: (seconds, act) => feed(seconds, { type: 'operator', ...act }),
    closes: (seconds, incident) => feed(seconds, { type: 'operator', act: 'close', incident }),
    tick: (seconds) => feed(seconds, { type: 'tick' }),
    revisions,
    incidents,
    groups: () =>
      incidents()
        .map((each) => [...new Set(each.members.map((member) => member.signal.entity.name))].sort().join(' '))
        .sort(),
  };
}

function plainSignal(id: string, of: EntityRef, symptom: Signal['symptom'], at: string): Signal {
  return {
    id,
    entity: of,
    subjects: [],
    symptom,
    reason: symptom,
    severity: 'high',
    sources: ['kubernetes.event'],
    messages: [],
    count: 1,
    firstSeen: at,
    lastSeen: at,
    attributes: {},
    status: 'open',
    observations: [],
    why: 'test',
  };
}

function recordOf(value: SignalRecord, offset: number): LogRecord {
  const headers = { traceparent: `00-${String(offset).padStart(32, '0')}-${'0'.repeat(16)}-01` };
  return { topic: 'winnow.signals', partition: 0, offset, key: value.cluster, headers, value };
}

function newTables(): Tables {
  return Object.fromEntries(Object.keys(tableSpecs).map((name) => [name, createTable()])) as unknown as Tables;
}

function copyOf(tables: Tables): Tables {
  const copy = newTables() as unknown as Record<string, ReturnType<typeof createTable>>;
  for (const [name, table] of Object.entries(tables))
    for (const [key, value] of table.entries()) copy[name]?.set(key, JSON.parse(JSON.stringify(value)));
  return copy as unknown as Tables;
}

export const deployment = (name: string, namespace = 'shop') => entity('Deployment', namespace, name);
export const service = (name: string, namespace = 'shop') => entity('Service', namespace, name);
export const node = (name: string) => entity('Node', undefined, name);

/** A Deployment `name` behind a Service of that name, calling other Services. */
export function deploy(
  cluster: TestCluster,
  name: string,
  calls: readonly string[] = [],
  more: TopologyFacts = {},
): void {
  cluster.facts(deployment(name), {
    labels: { app: name },
    hosts: calls.map((host) => ({ host, from: `env ${host}` })),
    ...more,
  });
  cluster.facts(service(name), { selector: { app: name } });
}

export { entity, entityKey };
