import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attributesOf, callSpanOf, resourceOf } from './span.ts';

const list = (fields: Record<string, string | number>) =>
  Object.entries(fields).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }));
const resource = (fields: Record<string, string>) => resourceOf(attributesOf(list(fields)));
const of = { service: { namespace: 'shop', service: 'web' } };
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const span = (more: Record<string, unknown> = {}) =>
  callSpanOf(
    {
      traceId: TRACE,
      spanId: 'b7ad6b7169203331',
      kind: 3,
      startTimeUnixNano: '1000000',
      endTimeUnixNano: '21000000',
      ...more,
    },
    of,
  );

describe('given a resource', () => {
  it.each<[Record<string, string>, string | undefined]>([
    [{ 'service.name': 'web' }, '/web'],
    [{ 'service.name': 'web', 'service.namespace': 'shop' }, 'shop/web'],
    [{ 'service.name': 'web', 'service.namespace': 'x', 'k8s.namespace.name': 'shop' }, 'shop/web'],
    [{ 'service.name': 'WebService', 'k8s.namespace.name': 'shop', 'k8s.deployment.name': 'web' }, 'shop/web'],
    [
      { 'service.name': 'unknown_service:node', 'k8s.namespace.name': 'shop', 'k8s.pod.name': 'web-7d4b9c6f5-x2x9p' },
      'shop/web',
    ],
    [{ 'service.name': 'unknown_service' }, undefined],
    [{}, undefined],
  ])('%j is %s', (fields, name) => {
    const found = resource(fields);
    expect(found && `${found.service.namespace}/${found.service.service}`).toBe(name);
  });
  it('names its cluster', () => {
    expect(resource({ 'service.name': 'web', 'k8s.cluster.name': 'prod' })?.cluster).toBe('prod');
  });
});

describe('given a span', () => {
  it('of a client, then it waits under its own id; of a server, under its caller’s', () => {
    const caller = span();
    expect(caller).toMatchObject({ side: 'caller', ms: 20, failed: false });
    const callee = span({ kind: 2, spanId: 'aaaaaaaaaaaaaaaa', parentSpanId: 'b7ad6b7169203331' });
    expect(callee).toMatchObject({ side: 'callee', call: (caller as { call: string }).call });
  });
  it('in bytes, then its ids are the same as in digits', () => {
    const bytes = { traceId: Buffer.from(TRACE, 'hex'), spanId: Buffer.from('b7ad6b7169203331', 'hex') };
    expect((span(bytes) as { call: string }).call).toBe((span() as { call: string }).call);
  });
  it('of a consumer in a trace of its own, then its link is its caller', () => {
    const links = [{ traceId: TRACE, spanId: 'b7ad6b7169203331' }];
    const consumer = span({ kind: 5, traceId: 'f'.repeat(32), links });
    expect(consumer).toMatchObject({ message: true, call: `${TRACE}b7ad6b7169203331` });
  });
  it('of a server that nobody traced called, or of neither side, then it is no call', () => {
    expect(span({ kind: 2 })).toBeUndefined();
    expect(span({ kind: 1 })).toBeUndefined();
  });
  it('without ids, then it is broken', () => {
    expect(span({ traceId: '0'.repeat(32) })).toBe('broken');
    expect(span({ spanId: '' })).toBe('broken');
  });
  it.each([
    [{ status: { code: 2 } }, true],
    [{ status: { code: 'STATUS_CODE_ERROR' } }, true],
    [{ attributes: list({ 'http.response.status_code': 503 }) }, true],
    [{ attributes: list({ 'http.status_code': 404 }) }, false],
  ])('with %j, then failed is %s', (more, failed) => expect(span(more)).toMatchObject({ failed }));
  it.each<[Record<string, string>, object]>([
    [{ 'server.address': 'Cart.shop.svc:8080' }, { host: 'cart.shop.svc', silent: false }],
    [
      { 'net.peer.name': '127.0.0.1', 'peer.service': 'cart' },
      { service: 'cart', silent: false },
    ],
    [
      { 'db.system': 'redis', 'server.address': 'redis' },
      { host: 'redis', silent: true },
    ],
    [{ 'server.address': '/var/run/x.sock' }, { silent: false }],
  ])('with %j, then its peer is %j', (attributes, peer) => {
    expect((span({ attributes: list(attributes) }) as { peer: object }).peer).toEqual(peer);
  });
});

it('given any JSON, when it is read as a span, then nothing throws', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.constantFrom('traceId', 'spanId', 'kind', 'attributes', 'links', 'status', 'endTimeUnixNano'),
        fc.jsonValue(),
      ),
      (fields) => {
        callSpanOf(fields, of);
        callSpanOf({ kind: 3, traceId: TRACE, spanId: 'aa', ...fields }, of);
      },
    ),
  );
});
