import { type Ask, type Dossier, entity, type Finding, type Hypothesis, topics } from '@winnow/contracts';
import { createTable, type LogRecord } from '@winnow/stream';
import { describe, expect, it } from 'vitest';
import { rcaStage } from './core.ts';

const at = '2026-03-08T15:21:12.035Z';
const later = '2026-03-09T08:00:00.000Z';
const [cart, db] = [entity('Deployment', 'shop', 'cart'), entity('Deployment', 'shop', 'db')];

const guess = (
  of: typeof cart,
  mode: Hypothesis['mode'],
  verdict: Hypothesis['verdict'] = 'confirmed',
): Hypothesis => ({
  ...{ entity: of, mode, category: 'resource-exhaustion', confidence: 0.9, verdict, summary: 'as the engine says' },
  evidence: [{ source: 'object', ref: 'Pod', quote: 'OOMKilled' }],
  remediation: [{ summary: 'Raise it', command: 'kubectl set', risk: 'low' }],
});

function given(hypotheses: readonly Hypothesis[] = [guess(cart, 'oom-killed')]) {
  const stage = rcaStage();
  const state = stage.open({ cases: createTable() } as never);
  const feed = (topic: LogRecord['topic'], value: unknown, offset = 7) =>
    stage.decide(state, { topic, partition: 0, offset, key: '', headers: {}, value }).emit?.map(({ value }) => value) ??
    [];
  const head = { schema: 1, tenant: 'default', cluster: 'prod' };
  const dossier = (more: Partial<Dossier['incident']> = {}) => ({
    ...{ ...head, at, objects: [], edges: [], changes: [], events: [], logs: [], metrics: [], lookups: [] },
    checks: { connectivity: [], nodeServices: [] },
    incident: { ...head, id: 'inc-1', revision: 2, status: 'open', members: [], traceId: 'b'.repeat(32), ...more },
  });
  const answer = (ask: Ask): Finding | undefined => {
    const { id, incident, revision, kind } = ask;
    const value = { ...head, at, incident, revision, title: 'as the engine says', hypotheses };
    const result = { ...head, type: 'result', ask: id, incident, revision, kind, status: 'ok', at, value };
    return feed(topics.lookups.name, result)[0] as Finding | undefined;
  };
  return {
    answer,
    looks: (more?: Partial<Dossier['incident']>, offset?: number) =>
      feed(topics.dossiers.name, dossier(more), offset)[0] as Ask,
    confirms: (more = {}) =>
      feed(topics.signals.name, {
        ...{ ...head, type: 'operator', act: 'confirm', at: later, incident: 'inc-1' },
        ...{ root: db, mode: 'memory-leak', actor: 'jane', comment: 'the heap grows', ...more },
      })[0] as Ask,
  };
}

describe('a confirmed root', () => {
  it('given a finding is out, when a person says otherwise, then that comes first and cites the person', () => {
    const g = given();
    g.answer(g.looks({}, 12));
    const ask = g.confirms();
    expect(ask.arguments).toMatchObject({ incident: 'inc-1', offset: 12 });
    const finding = g.answer(ask);
    expect(finding).toMatchObject({ at: later, title: 'Deployment shop/db: memory-leak, confirmed by jane' });
    expect(finding?.hypotheses.map(({ entity: { name }, mode, verdict }) => [name, mode, verdict])).toEqual([
      ['db', 'memory-leak', 'confirmed'],
      ['cart', 'oom-killed', 'likely'],
    ]);
    expect(finding?.hypotheses[0]?.evidence).toEqual([
      { source: 'operator', ref: `incident inc-1, confirmed by jane at ${later}`, quote: 'the heap grows' },
    ]);
  });

  it('given the engine says the same, then its evidence and remedies stay, after the person’s word', () => {
    const g = given([guess(db, 'memory-leak', 'possible')]);
    g.answer(g.looks());
    const finding = g.answer(g.confirms());
    expect(finding?.title).toBe('as the engine says');
    expect(finding?.hypotheses).toMatchObject([{ verdict: 'confirmed', confidence: 1, summary: 'as the engine says' }]);
    expect(finding?.hypotheses[0]?.evidence.map(({ source }) => source)).toEqual(['operator', 'object']);
    expect(finding?.hypotheses[0]?.remediation.length).toBe(1);
  });

  it('given what was ruled out is confirmed, then nothing of the reasons against it stays', () => {
    const g = given([guess(cart, 'oom-killed'), guess(db, 'memory-leak', 'ruled-out')]);
    g.answer(g.looks());
    const finding = g.answer(g.confirms());
    expect(finding?.hypotheses.map(({ mode }) => mode)).toEqual(['memory-leak', 'oom-killed']);
    expect(finding?.hypotheses[0]?.summary).toContain('Memory grows steadily');
    expect(finding?.hypotheses[0]?.evidence.length).toBe(1);
  });

  it('given the incident is looked at again, then the person’s word stands', () => {
    const g = given();
    g.answer(g.looks());
    g.answer(g.confirms());
    const again = g.looks({ revision: 5, status: 'resolved' }, 30);
    expect(g.answer(again)?.hypotheses[0]).toMatchObject({ mode: 'memory-leak', verdict: 'confirmed' });
  });

  it('given the first look comes after it, then the dossier’s incident tells of it', () => {
    const g = given();
    expect(g.confirms()).toBeUndefined();
    const confirmed = { at: later, by: 'jane', entity: db, mode: 'memory-leak' };
    expect(g.answer(g.looks({ confirmed }))?.hypotheses[0]).toMatchObject({ entity: db, confidence: 1 });
  });

  it('given a mode that there is not, then nothing is asked', () => {
    const g = given();
    g.answer(g.looks());
    expect(g.confirms({ mode: 'bad-luck' })).toBeUndefined();
  });
});
