import {
  type Ask,
  type Dossier,
  entity,
  type Incident,
  type LookupResult,
  type Signal,
  topics,
} from '@winnow/contracts';
import { createTable, type LogRecord, type Outcome } from '@winnow/stream';
import { describe, expect, it } from 'vitest';
import { type ContextState, contextStage } from './core.ts';

const stage = contextStage();
const at = '2026-03-08T15:21:12.035Z';

function stateOf(): ContextState {
  return stage.open({
    investigations: createTable(),
    answers: createTable(),
    looks: createTable(),
    waiting: createTable(),
  } as never);
}

function signal(name: string): Signal {
  return {
    id: `sig-${name}`,
    entity: entity('Deployment', 'shop', name),
    subjects: [entity('Pod', 'shop', `${name}-1`)],
    symptom: 'crash-loop',
    reason: 'BackOff',
    severity: 'high',
    sources: ['kubernetes.event'],
    messages: [],
    count: 3,
    firstSeen: at,
    lastSeen: at,
    attributes: {},
    status: 'open',
    observations: ['0-1.0'],
    why: 'event',
  };
}

function incident(over: Partial<Incident> = {}): Incident {
  return {
    schema: 1,
    id: 'inc-1',
    tenant: 'default',
    cluster: 'prod',
    revision: 2,
    status: 'open',
    severity: 'high',
    openedAt: at,
    updatedAt: at,
    members: [{ signal: signal('cart'), why: { rule: 'opened', score: 1, path: [] } }],
    roots: [],
    ready: true,
    traceId: 'a'.repeat(32),
    ...over,
  };
}

const record = (topic: LogRecord['topic'], value: unknown): LogRecord => ({
  topic,
  partition: 0,
  offset: 1,
  key: '',
  headers: {},
  value,
});
const given = (state: ContextState, value: Incident) => stage.decide(state, record(topics.incidents.name, value));
const asksOf = (outcome: Outcome) => (outcome.emit ?? []).map((each) => each.value as Ask);

function answer(state: ContextState, ask: Ask, over: Partial<LookupResult> = {}): Outcome {
  const { id, tenant, cluster, incident: of, revision, kind } = ask;
  const result = {
    schema: 1,
    type: 'result',
    ask: id,
    tenant,
    cluster,
    incident: of,
    revision,
    kind,
    status: 'failed',
    at,
    value: undefined,
  };
  return stage.decide(state, record(topics.lookups.name, { ...result, ...over }));
}

function answerAll(
  state: ContextState,
  asks: readonly Ask[],
  over: (ask: Ask) => Partial<LookupResult> = () => ({}),
): Outcome {
  return asks.map((ask) => answer(state, ask, over(ask))).at(-1) ?? {};
}

const pod = {
  kind: 'Pod',
  metadata: { name: 'cart-1', namespace: 'shop' },
  spec: { containers: [{ name: 'cart' }] },
  status: {
    phase: 'Running',
    containerStatuses: [{ name: 'cart', restartCount: 4, ready: false, state: { running: {} } }],
  },
};
const around = {
  objects: [{ object: pod, owner: entity('Deployment', 'shop', 'cart'), near: 0 }],
  edges: [],
  dependents: [entity('Deployment', 'web', 'front')],
  nodes: 3,
  leftOut: 7,
};

describe('context', () => {
  it('asks nothing while the incident is not ready', () => {
    expect(given(stateOf(), incident({ ready: false })).emit).toBeUndefined();
  });

  it('asks for objects and checks once the incident is ready, within its trace', () => {
    const outcome = given(stateOf(), incident());
    expect(asksOf(outcome).map((ask) => ask.kind)).toEqual(['objects', 'checks']);
    expect(outcome.emit?.every((each) => each.traceId === 'a'.repeat(32) && each.key === (each.value as Ask).id)).toBe(
      true,
    );
    expect(asksOf(outcome)[0]?.arguments.members).toEqual(['Deployment/shop/cart', 'Pod/shop/cart-1']);
  });

  it('asks the same question under the same id, and another revision under another', () => {
    const first = asksOf(given(stateOf(), incident())).map((ask) => ask.id);
    expect(asksOf(given(stateOf(), incident())).map((ask) => ask.id)).toEqual(first);
    expect(asksOf(given(stateOf(), incident({ revision: 3 }))).map((ask) => ask.id)).not.toEqual(first);
  });

  it('asks for logs of both runs of a pod that restarted, when all of round one is in', () => {
    const state = stateOf();
    const [objects, checks] = asksOf(given(state, incident())) as [Ask, Ask];
    expect(answer(state, objects, { status: 'ok', value: around }).emit).toBeUndefined();
    const second = asksOf(answer(state, checks));
    expect(second.map((ask) => ask.kind)).toEqual(['events', 'changes', 'logs', 'logs', 'metrics']);
    expect(second.filter((ask) => ask.kind === 'logs').map((ask) => ask.arguments.previous)).toEqual([false, true]);
    expect(second.find((ask) => ask.kind === 'changes')?.arguments.since).toBe('2026-03-08T14:21:12.035Z');
  });

  it('composes the dossier when every answer is in, whatever it was, and forgets the look', () => {
    const state = stateOf();
    const first = asksOf(given(state, incident()));
    const second = asksOf(
      answerAll(state, first, (ask) => (ask.kind === 'objects' ? { status: 'ok', value: around } : {})),
    );
    const log = {
      namespace: 'shop',
      pod: 'cart-1',
      container: 'cart',
      previous: true,
      lines: ['a', 'a', 'b'],
      omitted: 0,
    };
    const done = answerAll(state, second, (ask) =>
      ask.arguments.previous === true ? { status: 'ok', value: [log] } : { status: 'timeout' },
    );
    const dossier = done.emit?.[0]?.value as Dossier;
    expect(done.emit?.map((each) => [each.topic, each.key])).toEqual([[topics.dossiers.name, 'inc-1']]);
    expect(dossier.objects.map((object) => object.metadata.name)).toEqual(['cart-1']);
    expect(dossier.logs[0]?.lines).toEqual(['a (repeated 2 times)', 'b']);
    expect(dossier.blastRadius).toEqual({ scope: 'multi-namespace', workloads: 2, namespaces: 2, nodes: 0 });
    expect(dossier.lookups.filter((each) => each.status === 'timeout').length).toBe(4);
    expect(dossier.lookups.at(-1)?.message).toMatch(/^7 objects left out/);
    expect([state.investigations.size, state.answers.size]).toEqual([0, 0]);
  });

  it('takes the first of two answers and passes over answers to a superseded revision', () => {
    const state = stateOf();
    const old = asksOf(given(state, incident()));
    const [objects] = asksOf(given(state, incident({ revision: 5, severity: 'critical' }))) as [Ask];
    expect(answerAll(state, old).emit).toBeUndefined();
    answer(state, objects, { status: 'ok', value: around });
    expect(answer(state, objects).emit).toBeUndefined();
    expect([...state.answers.values()].map((each) => each.status)).toEqual(['ok']);
  });

  it('stops looking into an incident that was merged away', () => {
    const state = stateOf();
    const asks = asksOf(given(state, incident()));
    given(state, incident({ revision: 3, mergedInto: 'inc-0', ready: false }));
    expect(answerAll(state, asks).emit).toBeUndefined();
    expect(state.investigations.size).toBe(0);
  });
});
