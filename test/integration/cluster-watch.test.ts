// The cluster intake on a real API server: what it sees, and with which permissions.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kubernetes, missingServer, startKubernetes, until } from '../servers/index.ts';
import { configMap, event, secret } from './cluster-fixtures/objects.ts';
import { startWatching } from './cluster-fixtures/watching.ts';

const role = 'infra/kubernetes/clusterrole.yaml';

describe.skipIf(missingServer('kubernetes'))('given a cluster and the role that ships', () => {
  let kubernetes: Kubernetes;
  let kubeconfig: string;
  beforeAll(async () => {
    kubernetes = await startKubernetes({ controllers: false, eventTtl: '5s' });
    kubeconfig = await kubernetes.userKubeconfig({ name: 'winnow', clusterRoleFile: role });
  });
  afterAll(() => kubernetes?.stop());

  it('when objects are there before and come, change and go, then all of it is known', async () => {
    await kubernetes.apply(configMap('before', { a: '1' }));
    await using watching = startWatching({ kubeconfig });
    await until(
      () => watching.status().state === 'connected',
      () => JSON.stringify(watching.status()),
    );
    expect([...watching.known('ConfigMap').keys()]).toContain('default/before');

    await kubernetes.apply([configMap('come', { a: '1' }), configMap('before', { a: '2' })]);
    await until(
      () => watching.known('ConfigMap').has('default/come'),
      () => 'its creation',
    );
    const before = (
      await kubernetes.request<{ metadata: { resourceVersion: string } }>(
        '/api/v1/namespaces/default/configmaps/before',
      )
    ).body.metadata.resourceVersion;
    await until(
      () => watching.known('ConfigMap').get('default/before')?.metadata.resourceVersion === before,
      () => 'its change',
    );
    await kubernetes.remove(configMap('come'));
    await until(
      () => !watching.known('ConfigMap').has('default/come'),
      () => 'its end',
    );
    expect(watching.lists('configmaps')).toEqual({ start: 1 });
    expect(watching.heartbeats()).toBeGreaterThan(0);
  });

  it('when it may not read Secrets, then that is told once, and takes nothing from the rest', async () => {
    await using watching = startWatching({ kubeconfig });
    await until(
      () => watching.status().state === 'connected',
      () => JSON.stringify(watching.status()),
    );
    await until(
      () => watching.lists('secrets').allowed! > 1,
      () => `that it asks again: ${JSON.stringify(watching.lists('secrets'))}`,
    );
    expect(watching.status().details).toEqual(['may not list secrets']);
    expect(watching.warnings.filter((each) => each.includes('secrets'))).toHaveLength(1);
    expect(watching.status('kubernetes.event').state).toBe('connected');
  });

  it('when it may read hardly anything, then it says what it may not see, and goes on with the rest', async () => {
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'] }];
    await using watching = startWatching({ kubeconfig: await kubernetes.userKubeconfig({ name: 'narrow', rules }) });
    await until(
      () => watching.status().state === 'refused' && watching.known('ConfigMap').size > 0,
      () => JSON.stringify(watching.status()),
    );
    expect(watching.status().details).toContain('may not list pods');
    expect(watching.status('kubernetes.event').state).toBe('refused');
  });

  it('when permission is given later, then what may be read now is read', async () => {
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'] }];
    const name = `later-${randomUUID().slice(0, 8)}`;
    await using watching = startWatching({ kubeconfig: await kubernetes.userKubeconfig({ name, rules }) });
    await until(
      () => watching.status().details.includes('may not list namespaces'),
      () => JSON.stringify(watching.status()),
    );
    await kubernetes.userKubeconfig({ name, clusterRoleFile: role });
    await until(
      () => watching.known('Namespace').has('/default'),
      () => JSON.stringify(watching.status()),
    );
  });

  it('when it may read Secrets, then it knows the names of their keys, and no value comes near the log', async () => {
    const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['list', 'watch'] }];
    const release = { type: 'helm.sh/release.v1' };
    const labels = { name: 'shop', version: '3', status: 'deployed', owner: 'helm' };
    await kubernetes.apply([
      secret('listed', { password: 'hunter2-listed' }),
      {
        ...secret('sh.helm.release.v1.shop.v3', { release: 'H4sIhunter2' }, release),
        metadata: { name: 'sh.helm.release.v1.shop.v3', namespace: 'default', labels },
      },
    ]);
    await using watching = startWatching({ kubeconfig: await kubernetes.userKubeconfig({ name: 'secrets', rules }) });
    await until(
      () => watching.known('Secret').size >= 2,
      () => JSON.stringify(watching.status()),
    );
    await kubernetes.apply(secret('watched', { token: 'hunter2-watched' }));
    await until(
      () => watching.known('Secret').has('default/watched'),
      () => 'the Secret',
    );
    expect(watching.known('Secret').get('default/watched')).toMatchObject({ keys: ['token'] });
    expect(watching.known('Secret').get('default/sh.helm.release.v1.shop.v3')).toMatchObject({
      type: 'helm.sh/release.v1',
      metadata: { labels: { name: 'shop', version: '3', status: 'deployed' } },
    });
    const text = JSON.stringify(watching.log);
    expect([text.includes('hunter2'), text.includes(Buffer.from('hunter2').toString('base64').slice(0, 8))]).toEqual([
      false,
      false,
    ]);
  });

  it('when events come in either family and expire, then each is told once, and its end is no recovery', async () => {
    await using watching = startWatching({ kubeconfig });
    await until(
      () => watching.status('kubernetes.event').state === 'connected',
      () => JSON.stringify(watching.status('kubernetes.event')),
    );
    await kubernetes.apply(event('cart-1.old', 'BackOff'));
    const path = '/apis/events.k8s.io/v1/namespaces/default/events';
    const now = new Date().toISOString().replace('Z', '000Z');
    const regarding = { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'cart-1' };
    const { status } = await kubernetes.request(path, {
      method: 'POST',
      body: {
        ...{ apiVersion: 'events.k8s.io/v1', kind: 'Event', metadata: { name: 'cart-1.new', namespace: 'default' } },
        ...{ eventTime: now, reason: 'Unhealthy', note: 'a probe failed', type: 'Warning', action: 'Probe', regarding },
        ...{ reportingController: 'kubelet', reportingInstance: 'n1' },
      },
    });
    expect(status).toBe(201);
    const events = () => watching.log.flatMap(({ items }) => items).filter((item) => item.type === 'event');
    await until(
      () => events().filter((each) => each.deleted).length === 2,
      () => JSON.stringify(events()),
    );
    expect(events().map((each) => [each.reason, each.deleted ?? false])).toEqual(
      expect.arrayContaining([
        ['BackOff', false],
        ['Unhealthy', false],
        ['BackOff', true],
        ['Unhealthy', true],
      ]),
    );
    expect(events()).toHaveLength(4);
  });
});
