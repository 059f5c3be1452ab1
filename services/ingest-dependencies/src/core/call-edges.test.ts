import { describe, expect, it } from 'vitest';
import { createCallEdges } from './call-edges.ts';
import type { CallSpan, ServiceName } from './span.ts';

const named = (service: string, namespace = 'shop'): ServiceName => ({ namespace, service });
const side = (of: CallSpan['side'], service: string, more: Partial<CallSpan> = {}): CallSpan => ({
  call: 'c1',
  side: of,
  message: false,
  service: named(service),
  ms: 20,
  failed: false,
  peer: { silent: false },
  ...more,
});
const caller = (service: string, more: Partial<CallSpan> = {}) => side('caller', service, more);
const callee = (service: string, more: Partial<CallSpan> = {}) => side('callee', service, more);

function edgesOf(spans: readonly CallSpan[], at = 0, limits?: Parameters<typeof createCallEdges>[0]) {
  const edges = createCallEdges(limits);
  for (const span of spans) edges.take(span, 0);
  const told = edges.flush(at).map(({ item: { from, to, calls, errorRatio, latencyMs } }) => ({
    edge: `${from.namespace}/${from.service} → ${to.namespace}/${to.service}`,
    calls,
    errorRatio,
    latencyMs,
  }));
  return { told, counts: edges.counts() };
}
const LATER = 60_000;

describe('given the two sides of calls', () => {
  it('when they meet, in whatever order, then each call is one of the edge, with the failed ones and the duration as the caller saw it', () => {
    const calls = Array.from({ length: 100 }, (_, at) => [
      caller('web', { call: `c${at}`, ms: at < 99 ? 10 : 900, failed: at < 5 }),
      callee('cart', { call: `c${at}`, ms: 5 }),
    ]);
    const { told, counts } = edgesOf(calls.flatMap((pair, at) => (at % 2 ? pair : pair.toReversed())));
    expect(told).toMatchObject([{ edge: 'shop/web → shop/cart', calls: 100, errorRatio: 0.05 }]);
    expect(told[0]?.latencyMs).toBeGreaterThanOrEqual(10);
    expect(told[0]?.latencyMs).toBeLessThanOrEqual(11);
    expect(counts).toMatchObject({ paired: 100, waiting: 0 });
  });

  it('when they were told, then the next telling begins anew', () => {
    const edges = createCallEdges();
    edges.take(caller('web'), 0);
    edges.take(callee('cart'), 0);
    expect(edges.flush(0)).toHaveLength(1);
    expect(edges.flush(0)).toEqual([]);
  });

  it('when a service calls itself, then that is no edge', () => {
    expect(edgesOf([caller('web'), callee('web')]).told).toEqual([]);
  });
});

describe('given a caller that nobody answers for', () => {
  it.each<[string, CallSpan['peer'], string[]]>([
    ['a bare name is of its namespace', { host: 'cart', silent: false }, ['shop/web → shop/cart']],
    ['a name of cluster DNS', { host: 'cart.store.svc.cluster.local', silent: false }, ['shop/web → store/cart']],
    ['a pod behind a headless Service', { host: '0.db.store.svc', silent: false }, ['shop/web → store/db']],
    ['a host outside', { host: 'api.example.com', silent: false }, ['shop/web → /api.example.com']],
    ['its own name', { service: 'ledger', silent: false }, ['shop/web → /ledger']],
    ['nothing', { silent: false }, []],
  ])('when it is too late for the other side, then it tells whom it called: %s', (_what, peer, edges) => {
    expect(edgesOf([caller('web', { peer })]).told).toEqual([]);
    expect(edgesOf([caller('web', { peer })], LATER).told.map(({ edge }) => edge)).toEqual(edges);
  });

  it('when it called a database, then nobody else is waited for', () => {
    const { told, counts } = edgesOf([caller('web', { peer: { host: 'db', silent: true }, failed: true })]);
    expect(told).toMatchObject([{ edge: 'shop/web → shop/db', calls: 1, errorRatio: 1 }]);
    expect(counts.alone).toBe(1);
  });

  it('when only the other side came, then it is given up and counted', () => {
    expect(edgesOf([callee('cart')], LATER)).toMatchObject({ told: [], counts: { unpaired: 1, waiting: 0 } });
  });
});

describe('given messages', () => {
  it('when producer and consumer meet, then both depend on the broker too, and the duration is that of the consumer', () => {
    const broker = { host: 'kafka', silent: true };
    const { told } = edgesOf([
      caller('web', { message: true, peer: broker, ms: 2 }),
      callee('mailer', { message: true, peer: broker, ms: 500 }),
    ]);
    expect(told.map(({ edge }) => edge).sort()).toEqual([
      'shop/mailer → shop/kafka',
      'shop/web → shop/kafka',
      'shop/web → shop/mailer',
    ]);
    const latency = told.find(({ edge }) => edge === 'shop/web → shop/mailer')?.latencyMs;
    expect(latency).toBeGreaterThanOrEqual(500);
  });
});

describe('given more than may be held', () => {
  it('when too many wait, then the oldest is given up, and tells what it knows', () => {
    const spans = [1, 2, 3].map((at) => caller('web', { call: `c${at}`, peer: { host: `h${at}`, silent: false } }));
    const { told, counts } = edgesOf(spans, 0, { window: LATER, waiting: 2, edges: 10 });
    expect(told.map(({ edge }) => edge)).toEqual(['shop/web → shop/h1']);
    expect(counts).toMatchObject({ overflow: 1, waiting: 2 });
  });

  it('when there are too many edges, then those beyond are counted', () => {
    const spans = [1, 2, 3].map((at) => caller('web', { call: `c${at}`, peer: { host: `h${at}`, silent: true } }));
    const { told, counts } = edgesOf(spans, 0, { window: LATER, waiting: 10, edges: 2 });
    expect(told).toHaveLength(2);
    expect(counts.overflow).toBe(1);
  });
});
