import {
  type Ask,
  type Dossier,
  entity,
  type Finding,
  type LookupResult,
  topics,
  type Verdict,
} from '@winnow/contracts';
import { createTable, type LogRecord, type Outcome } from '@winnow/stream';
import { describe, expect, it } from 'vitest';
import { type RcaState, rcaStage } from './core.ts';

const stage = rcaStage();
const at = '2026-03-08T15:21:12.035Z';
const stateOf = () => stage.open({ cases: createTable() } as never);

function dossier(over: Partial<Dossier> = {}, revision = 2): Dossier {
  return {
    schema: 1,
    tenant: 'default',
    cluster: 'prod',
    at,
    incident: {
      ...{ schema: 1, id: 'inc-1', tenant: 'default', cluster: 'prod', revision, status: 'open', severity: 'high' },
      ...{ openedAt: at, updatedAt: at, members: [], roots: [], ready: true, traceId: 'b'.repeat(32) },
    } as Dossier['incident'],
    blastRadius: { scope: 'workload', workloads: 1, namespaces: 1, nodes: 0 },
    objects: [],
    edges: [],
    changes: [],
    events: [],
    logs: [],
    metrics: [],
    checks: { connectivity: [], nodeServices: [] },
    lookups: [],
    ...over,
  };
}

const record = (topic: LogRecord['topic'], value: unknown, offset = 7): LogRecord => ({
  topic,
  partition: 3,
  offset,
  key: '',
  headers: {},
  value,
});
const given = (state: RcaState, value: Dossier) => stage.decide(state, record(topics.dossiers.name, value));
const askOf = (outcome: Outcome) => outcome.emit?.[0]?.value as Ask;

function answer(state: RcaState, ask: Ask, over: Partial<LookupResult>): Finding | undefined {
  const { id, tenant, cluster, incident, revision } = ask;
  const result = {
    schema: 1,
    type: 'result',
    ask: id,
    tenant,
    cluster,
    incident,
    revision,
    kind: 'diagnosis',
    status: 'ok',
    at,
    ...over,
  };
  return stage.decide(state, record(topics.lookups.name, result)).emit?.[0]?.value as Finding | undefined;
}

const finding: Finding = {
  schema: 1,
  tenant: 'x',
  cluster: 'x',
  at: '',
  incident: 'x',
  revision: 0,
  title: 'cart is out of memory',
  hypotheses: [],
};
const hypothesis = (verdict: Verdict): Finding['hypotheses'][number] => ({
  ...{ entity: entity('Deployment', 'shop', 'cart'), mode: 'oom-killed', category: 'resource-exhaustion' },
  ...{ confidence: 0.5, verdict, summary: '', evidence: [], remediation: [] },
});
const pod = (restartCount: number, reason = 'OOMKilled'): Dossier['objects'][number] => ({
  kind: 'Pod',
  metadata: { name: 'cart-1', namespace: 'shop', resourceVersion: String(restartCount) },
  status: { containerStatuses: [{ name: 'cart', restartCount, state: { waiting: { reason } } }] },
});

describe('rca', () => {
  it('asks for a diagnosis of a dossier, and says where it stands in the log', () => {
    const outcome = given(stateOf(), dossier());
    expect(askOf(outcome)).toMatchObject({
      kind: 'diagnosis',
      arguments: { incident: 'inc-1', revision: 2, partition: 3, offset: 7 },
    });
    expect(outcome.emit?.[0]).toMatchObject({ key: askOf(outcome).id, traceId: 'b'.repeat(32) });
  });

  it('puts the finding out under the incident and revision that were asked about', () => {
    const state = stateOf();
    expect(answer(state, askOf(given(state, dossier())), { value: finding })).toEqual({
      ...finding,
      ...{ tenant: 'default', cluster: 'prod', at, incident: 'inc-1', revision: 2 },
    });
  });

  it('does not investigate again where only counts and versions have changed', () => {
    const state = stateOf();
    answer(state, askOf(given(state, dossier({ objects: [pod(3)] }))), { value: finding });
    expect(given(state, dossier({ objects: [pod(9)] }, 3)).emit).toBeUndefined();
  });

  it('investigates again where something else is wrong', () => {
    const state = stateOf();
    answer(state, askOf(given(state, dossier({ objects: [pod(3)] }))), { value: finding });
    expect(askOf(given(state, dossier({ objects: [pod(3, 'ImagePullBackOff')] }, 3)))?.revision).toBe(3);
  });

  it('lets a newer revision supersede the one under way', () => {
    const state = stateOf();
    const old = askOf(given(state, dossier()));
    const young = askOf(given(state, dossier({}, 3)));
    expect(answer(state, old, { value: finding })).toBeUndefined();
    expect(answer(state, young, { value: finding })?.revision).toBe(3);
    expect(given(state, dossier()).emit).toBeUndefined();
  });

  describe('given a cause that was found', () => {
    const member = (id: string, status: string) => ({ signal: { id, symptom: 'crash-loop', reason: 'x', status } });
    const withMembers = (revision: number, minute: string, ...members: unknown[]) => {
      const { incident } = dossier({}, revision);
      return dossier({ at: `2026-03-08T15:${minute}:00.000Z`, incident: { ...incident, members } as never });
    };
    const sure: Finding = { ...finding, hypotheses: [hypothesis('confirmed')] };
    const unsure: Finding = { ...finding, hypotheses: [hypothesis('possible')] };
    const found = () => {
      const state = stateOf();
      const first = given(state, withMembers(2, '20', member('a', 'open'), member('b', 'open')));
      answer(state, askOf(first), { value: sure });
      return state;
    };
    const look = (state: RcaState, value: Dossier, result: Finding) =>
      answer(state, askOf(given(state, value)), { value: result });

    it('keeps it while its victims recover and a later look is sure of nothing', () => {
      const recovering = withMembers(3, '22', member('a', 'resolved'), member('b', 'open'));
      expect(look(found(), recovering, unsure)).toBeUndefined();
    });

    it('gives it up for a look that is sure', () => {
      const recovering = withMembers(3, '22', member('a', 'resolved'), member('b', 'open'));
      expect(look(found(), recovering, sure)?.revision).toBe(3);
    });

    it('gives it up where another symptom has joined', () => {
      const joined = withMembers(3, '22', member('a', 'resolved'), member('c', 'open'));
      expect(look(found(), joined, unsure)?.revision).toBe(3);
    });

    it('gives it up where what is left does not recover', () => {
      const lasting = withMembers(3, '30', member('a', 'resolved'), member('b', 'open'));
      expect(look(found(), lasting, unsure)?.revision).toBe(3);
    });
  });

  it.each([
    ['timeout', { status: 'timeout' }, 'Not diagnosed: the investigation ran out of time'],
    [
      'failure',
      { status: 'failed', message: 'no such module' },
      'Not diagnosed: the investigation failed (no such module)',
    ],
    [
      'answer of another shape',
      { value: { title: 3 } },
      'Not diagnosed: the investigation gave no finding that can be read',
    ],
  ] as const)('says so honestly after a %s, and tries the same dossier again', (_, over, title) => {
    const state = stateOf();
    expect(answer(state, askOf(given(state, dossier())), over)).toMatchObject({ title, hypotheses: [] });
    expect(askOf(given(state, dossier({}, 3)))?.revision).toBe(3);
  });

  it('keeps the finding that there is while a newer dossier takes the place of one that was asked about', () => {
    const state = stateOf();
    answer(state, askOf(given(state, dossier())), { value: finding });
    const asked = askOf(given(state, dossier({ objects: [pod(3)] }, 3)));
    expect(answer(state, asked, { status: 'cancelled' })).toBeUndefined();
    expect(askOf(given(state, dossier({ objects: [pod(3)] }, 4)))?.revision).toBe(4);
  });

  it('puts out one finding where two results come', () => {
    const state = stateOf();
    const ask = askOf(given(state, dossier()));
    const hypothesis = {
      entity: entity('Deployment', 'shop', 'cart'),
      mode: 'oom-killed',
      category: 'resource-exhaustion',
    } as const;
    const rest = { confidence: 0.9, verdict: 'likely', summary: 's', evidence: [], remediation: [] } as const;
    expect(
      answer(state, ask, { value: { ...finding, hypotheses: [{ ...hypothesis, ...rest }] } })?.hypotheses.length,
    ).toBe(1);
    expect(answer(state, ask, { value: finding })).toBeUndefined();
  });
});
