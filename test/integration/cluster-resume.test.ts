// Where a watch stands outlives the process: a crash repeats and never skips, and what is too old is listed anew.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kubernetes, missingServer, startKubernetes, until } from '../servers/index.ts';
import { configMap, event } from './cluster-fixtures/objects.ts';
import { createRemains, type Remains, startWatching, type Watching } from './cluster-fixtures/watching.ts';

const connected = (watching: Watching) =>
  until(
    () => watching.status().state === 'connected' && watching.status('kubernetes.event').state === 'connected',
    () => JSON.stringify(watching.status()),
  );
const has = (watching: Watching, name: string, there = true) =>
  until(
    () => watching.known('ConfigMap').has(`default/${name}`) === there,
    () => `${there ? 'known' : 'gone'}: ${name}; ${JSON.stringify([watching.lists(), watching.restarts()])}`,
  );
/** The place of every watch is behind what is in the log. */
const saved = (remains: Remains, kind: string) => remains.checkpoints.load(`ingest-cluster/default/test/${kind}`);

describe.skipIf(missingServer('kubernetes'))('given an intake that ends', () => {
  let kubernetes: Kubernetes;
  beforeAll(async () => {
    // Lists and watches read etcd itself: a compaction is felt at once.
    kubernetes = await startKubernetes({ controllers: false, watchCache: false });
  });
  afterAll(() => kubernetes?.stop());
  const start = (remains: Remains, more: object = {}) =>
    startWatching({ kubeconfig: kubernetes.kubeconfig, remains, ...more });

  it('when it is killed and started again, then it goes on where it stood, without a list, and has lost nothing', async () => {
    const remains = createRemains();
    await kubernetes.apply([configMap('goes'), configMap('changes', { a: '1' })]);
    const first = start(remains);
    await connected(first);
    await first.crash();
    await kubernetes.remove(configMap('goes'));
    await kubernetes.apply([configMap('comes'), configMap('changes', { a: '2' }), configMap('came-and-went')]);
    await kubernetes.remove(configMap('came-and-went'));

    await using second = start(remains);
    await has(second, 'comes');
    await has(second, 'goes', false);
    await has(second, 'changes');
    await until(
      () => second.log.some(({ items }) => items.some((item) => nameOf(item) === 'came-and-went')),
      () => 'what came and went is told of',
    );
    expect(second.lists()).toEqual({});
    await connected(second);
  });

  it('when it is killed before its place was saved, then it tells again what it told, and the stage knows it', async () => {
    const remains = createRemains();
    const first = start(remains, { patience: { save: 3_600_000 } });
    await connected(first);
    const before = JSON.stringify(await saved(remains, 'configmaps'));
    await kubernetes.apply(configMap('repeated', { a: '1' }));
    await has(first, 'repeated');
    await kubernetes.apply(configMap('repeated', { a: '2' }));
    await kubernetes.remove(configMap('repeated'));
    await has(first, 'repeated', false);
    await first.crash();
    expect(JSON.stringify(await saved(remains, 'configmaps'))).toBe(before);

    await using second = start(remains);
    await kubernetes.apply(configMap('after-the-repeats'));
    await has(second, 'after-the-repeats');
    const told = remains.log.flatMap(({ items }) => items).filter((item) => nameOf(item) === 'repeated');
    expect(told.map((item) => item.type === 'object' && item.change)).toEqual([
      ...['ADDED', 'MODIFIED', 'DELETED'],
      ...['ADDED', 'MODIFIED', 'DELETED'],
    ]);
    expect(second.known('ConfigMap').has('default/repeated')).toBe(false);
  });

  it('when etcd has been compacted meanwhile, then all is listed anew, and what vanished is known to be gone', async () => {
    const remains = createRemains();
    await kubernetes.apply([configMap('vanishes'), event('cart-1.first', 'BackOff')]);
    const first = start(remains);
    await connected(first);
    await has(first, 'vanishes');
    await first.stop();
    await kubernetes.remove(configMap('vanishes'));
    await kubernetes.apply([configMap('appears'), event('cart-1.second', 'Failed')]);
    await kubernetes.compactEtcd();

    await using second = start(remains);
    await has(second, 'appears');
    await has(second, 'vanishes', false);
    await until(
      () => second.log.some(({ items }) => items.some((item) => item.type === 'event' && item.reason === 'Failed')),
      () => 'the event',
    );
    expect([second.lists('configmaps'), second.lists('events')]).toEqual([{ gone: 1 }, { gone: 1 }]);
    await connected(second);
  });

  it('when another cluster has been made under its name, then what was saved of the old one means nothing', async () => {
    const remains = createRemains();
    const first = start(remains);
    await connected(first);
    await first.stop();
    await using other = await startKubernetes({ controllers: false });
    await other.apply(configMap('of-the-new-one'));
    await using second = startWatching({ kubeconfig: other.kubeconfig, remains });
    await has(second, 'of-the-new-one');
    await connected(second);
    expect(second.lists('configmaps')).toEqual({ start: 1 });
  });
});

const nameOf = (item: { type: string; object?: unknown }): string | undefined =>
  (item.object as { metadata?: { name?: string } } | undefined)?.metadata?.name;
