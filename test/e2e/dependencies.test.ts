// Dependencies and changes as `winnow up` takes them over HTTP, and what its log then holds.
import { expect, test } from 'vitest';
import { freshDirectory, startUp, until, winnow } from './winnow.ts';

const call = (to: string, more: object = {}) => ({
  from: { namespace: 'shop', service: 'web' },
  to: { namespace: 'shop', service: to },
  ...more,
});
const subject = { kind: 'Deployment', namespace: 'shop', name: 'cart' };

test('given dependencies and changes that are posted, when some are wrong, then these are named and all others are in the log', async () => {
  const data = freshDirectory();
  const up = await startUp(data, '--no-example');
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${up.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return { status: answer.status, text: await answer.text() };
  };
  expect((await post('/api/v1/dependencies', call('cart', { errorRatio: 0.5 }))).status).toBe(200);
  const mixed = await post('/api/v1/dependencies?cluster=prod-eu-1', [
    call('cart'),
    call('x', { calls: -1 }),
    call('pay'),
  ]);
  expect(mixed.status).toBe(400);
  expect(mixed.text).toContain('[1].calls');

  const plain = { kind: 'feature-flag', subject, summary: 'new-checkout on' };
  expect((await post('/api/v1/changes', plain)).status).toBe(200);
  const binary = {
    'ce-specversion': '1.0',
    'ce-id': '1',
    'ce-source': 'flags',
    'ce-type': 'com.example.flag.changed',
    'ce-subject': 'Deployment/shop/cart',
  };
  expect((await post('/api/v1/changes', { summary: 'in binary mode' }, binary)).status).toBe(200);
  const structured = {
    specversion: '1.0',
    id: '2',
    source: '/ci',
    type: 'dev.cdevents.service.deployed.0.2.0',
    data: { subject: { id: 'shop/cart', content: {} } },
  };
  const batch = { 'content-type': 'application/cloudevents-batch+json' };
  const answer = await post('/api/v1/changes', [structured, { ...plain, subject: {} }], batch);
  expect(answer.status).toBe(400);
  expect(answer.text).toContain('[1].subject.kind');

  const tail = async (topic: string) => {
    const { stdout } = await winnow('topics', 'tail', topic, '--data', data);
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { value: Record<string, unknown> });
  };
  await until(
    async () => (await tail('winnow.changes')).length === 3,
    () => 'three changes',
    300,
  );
  expect((await tail('winnow.changes')).map(({ value }) => [value.kind, value.summary, value.actor])).toEqual([
    ['feature-flag', 'new-checkout on', undefined],
    ['flag.changed', 'in binary mode', 'flags'],
    ['deployment', 'service shop/cart deployed', '/ci'],
  ]);
  const edges = (await tail('winnow.signals')).map(({ value }) => value).filter(({ type }) => type === 'dependency');
  expect(edges.map(({ cluster, to, errorRatio }) => [cluster, (to as { name: string }).name, errorRatio])).toEqual([
    ['default', 'cart', 0.5],
    ['prod-eu-1', 'cart', undefined],
    ['prod-eu-1', 'pay', undefined],
  ]);
  await up.end('SIGTERM');
});
