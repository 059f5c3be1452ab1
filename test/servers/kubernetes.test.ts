import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { type KubernetesObject, missingServer, startKubernetes, until } from './index.ts';

const configMap = (name: string, data: Record<string, string> = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data,
});

const deployment: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'cart' } },
    template: { metadata: { labels: { app: 'cart' } }, spec: { containers: [{ name: 'cart', image: 'cart:1' }] } },
  },
};

interface List {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly { readonly metadata: { readonly name: string }; readonly status?: { phase?: string } }[];
}

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

describe.skipIf(missingServer('kubernetes'))('a control plane without controllers', () => {
  test('when its API server is stopped and started, then it has the same address and data', async () => {
    await using kubernetes = await startKubernetes({ controllers: false });
    await kubernetes.apply(configMap('before', { a: '1' }));
    const before = kubernetes.pids['kube-apiserver'];
    await kubernetes.stopApiServer();
    await expect(kubernetes.request('/readyz')).rejects.toThrow();
    await kubernetes.startApiServer();
    const { status, body } = await kubernetes.request<KubernetesObject>(`${CONFIG_MAPS}/before`);
    expect({ status, data: body.data }).toEqual({ status: 200, data: { a: '1' } });
    expect(kubernetes.pids['kube-apiserver']).not.toBe(before);
  });

  test('when etcd is compacted, then a list that was begun before and a watch from before are gone (410)', async () => {
    await using kubernetes = await startKubernetes({ controllers: false, watchCache: false });
    await kubernetes.apply(['a', 'b', 'c'].map((name) => configMap(name)));
    const { body: page } = await kubernetes.request<List>(`${CONFIG_MAPS}?limit=1`);
    await kubernetes.apply([configMap('a', { changed: 'once' }), configMap('a', { changed: 'twice' })]);
    await kubernetes.compactEtcd();
    const { continue: next, resourceVersion } = page.metadata;
    expect((await kubernetes.request(`${CONFIG_MAPS}?limit=1&continue=${next}`)).status).toBe(410);
    const watch = await kubernetes.request(
      `${CONFIG_MAPS}?watch=1&timeoutSeconds=5&resourceVersion=${resourceVersion}`,
    );
    expect(JSON.stringify(watch.body)).toContain('410');
  });

  test('when a user is made with rules, then RBAC allows that and no more', async () => {
    await using kubernetes = await startKubernetes({ controllers: false });
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }];
    const kubeconfig = await kubernetes.userKubeconfig({ name: 'reader', rules });
    const { token } = JSON.parse(readFileSync(kubeconfig, 'utf8')).users[0].user;
    expect((await kubernetes.request(CONFIG_MAPS, { token })).status).toBe(200);
    expect((await kubernetes.request('/api/v1/secrets', { token })).status).toBe(403);
    await kubernetes.stop();
    expect(existsSync(kubeconfig)).toBe(false);
  });

  test('when it audits, then writes are in the log and reach the webhook', async () => {
    const posted: string[] = [];
    const receiver = createServer(async (request, response) => {
      for await (const chunk of request) posted.push(String(chunk));
      response.end();
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const auditWebhook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/audit`;
    await using kubernetes = await startKubernetes({ controllers: false, auditLog: true, auditWebhook });
    await kubernetes.apply(configMap('audited'));
    const isIn = (text: string) => text.includes(`${CONFIG_MAPS}/audited`);
    await until(
      () => isIn(readFileSync(kubernetes.auditLogFile ?? '', 'utf8')) && isIn(posted.join('')),
      () => 'the write in both',
    );
    receiver.close();
  });
});

describe.skipIf(missingServer('kubernetes') ?? missingServer('kwok'))(
  'a control plane with controllers and kwok',
  () => {
    test('when a Deployment is applied, then its pods are placed and run; when it is removed, then they go', async () => {
      await using kubernetes = await startKubernetes({ kwok: { nodes: 2 } });
      const namespace: KubernetesObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
      await kubernetes.apply([namespace, deployment]);
      const phases = async () => {
        const { body } = await kubernetes.request<List>('/api/v1/namespaces/shop/pods');
        return body.items.map((pod) => pod.status?.phase);
      };
      await until(
        async () => (await phases()).join() === 'Running,Running',
        () => 'two pods that run',
      );
      await kubernetes.remove(deployment);
      await until(
        async () => (await phases()).length === 0,
        () => 'no pods',
      );
    });
  },
);
