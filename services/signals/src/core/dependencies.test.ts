import type { DependencyItem, SignalRecord } from '@winnow/contracts';
import type { Emission } from '@winnow/stream';
import { describe, expect, it } from 'vitest';
import { givenStage, object } from '../testing/given.ts';

type Told = Extract<SignalRecord, { type: 'dependency' }>;
const toldIn = (emit: readonly Emission[]): Told[] =>
  emit.filter((each) => each.type === 'dependency').map((each) => each.value as Told);
const HOUR = 3600;
const call = (more: Partial<DependencyItem> = {}): DependencyItem => ({
  type: 'dependency',
  from: { namespace: 'shop', service: 'web' },
  to: { namespace: 'shop', service: 'cart' },
  ...more,
});
const traced = (more: Partial<DependencyItem> = {}) => call({ via: 'trace', ...more });

describe('given calls that are told of', () => {
  it('when they are told again with the same figures, then they are put out once; when they begin to fail, then again', () => {
    const stage = givenStage();
    stage.arrives(0, 'dependency', [traced({ errorRatio: 0, latencyMs: 20 })]);
    for (let seconds = 15; seconds <= 120; seconds += 15)
      stage.arrives(seconds, 'dependency', [traced({ errorRatio: 0.02, latencyMs: 22 })]);
    stage.arrives(135, 'dependency', [traced({ errorRatio: 0.6, latencyMs: 22 })]);
    expect(toldIn(stage.emitted).map(({ errorRatio }) => errorRatio)).toEqual([0, 0.6]);
  });

  it('when nobody tells of an observed one for a day, then it is gone; a declared one stays; also across a restart', () => {
    const stage = givenStage();
    stage.arrives(0, 'dependency', [traced(), call({ to: { namespace: 'shop', service: 'db' } })]);
    stage.reload();
    stage.heard(23 * HOUR, 23 * HOUR);
    expect(toldIn(stage.emitted)).toHaveLength(2);
    const { emit } = stage.arrives(25 * HOUR, 'heartbeat', []);
    expect(toldIn(emit)).toMatchObject([{ to: { kind: 'Service', name: 'cart' }, gone: true }]);
  });

  it('when it is known by two ways, then it is gone only when both have gone', () => {
    const stage = givenStage();
    stage.arrives(0, 'dependency', [traced()]);
    stage.arrives(HOUR, 'dependency', [call({ via: 'service-graph' })]);
    expect(toldIn(stage.arrives(24.5 * HOUR, 'heartbeat', []).emit)).toEqual([]);
    expect(toldIn(stage.arrives(25.5 * HOUR, 'heartbeat', []).emit)).toMatchObject([{ gone: true }]);
  });

  it('when it is told of now and then, then it does not age', () => {
    const stage = givenStage();
    for (let hours = 0; hours < 60; hours += 6) stage.arrives(hours * HOUR, 'dependency', [traced()]);
    expect(toldIn(stage.emitted).filter((each) => each.gone)).toEqual([]);
  });

  it('when who declared it takes it back, then it is gone at once', () => {
    const stage = givenStage();
    stage.arrives(0, 'dependency', [call()]);
    expect(toldIn(stage.arrives(5, 'dependency', [call({ gone: true })]).emit)).toMatchObject([{ gone: true }]);
    expect(toldIn(stage.arrives(6, 'dependency', [call({ gone: true })]).emit)).toEqual([]);
  });

  it('when an end is no Service, then it is a host; where it is the address of one that is known, then that', () => {
    const stage = givenStage();
    const service = { kind: 'Service', metadata: { name: 'cart', namespace: 'shop' }, spec: {} };
    stage.arrives(0, 'kubernetes.object', [object(service)]);
    const to = (name: string) => traced({ to: { namespace: '', service: name } });
    const { emit } = stage.arrives(1, 'dependency', [to('API.example.com'), to('cart.shop'), to('ledger')]);
    expect(toldIn(emit).map((each) => each.to)).toEqual([
      { kind: 'Host', name: 'api.example.com' },
      { kind: 'Service', namespace: 'shop', name: 'cart' },
      { kind: 'Service', name: 'ledger' },
    ]);
  });

  it('when a caller makes up names without end, then its cluster keeps a bounded number, and says so', () => {
    const stage = givenStage();
    const many = Array.from({ length: 20_010 }, (_, at) =>
      traced({ to: { namespace: '', service: `h${at}.example.com` } }),
    );
    const { emit } = stage.arrives(0, 'dependency', many);
    expect(toldIn(emit)).toHaveLength(20_000);
    expect(emit.filter((each) => each.type === 'dead-letter')).toHaveLength(1);
  });
});
