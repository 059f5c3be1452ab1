// The audit log of a real API server, by its webhook and as a file that it rotates itself, beside watches of the same cluster.
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Change } from '@winnow/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KubernetesObject, missingServer, until } from '../servers/index.ts';
import { type Auditing, startAuditing } from './audit-fixtures/auditing.ts';

const missing = missingServer('kubernetes');
if (missing) console.warn(`left out: the audit log of a real API server (${missing})`);

const namespace = 'shop';
const named = (apiVersion: string, kind: string, name: string, more: object): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace },
  ...more,
});
const SECRET = 'hunter2Tr0ub4dor';
const pods = (name: string, image = 'acme/app:1') => ({
  metadata: { labels: { app: name } },
  spec: {
    containers: [
      {
        name: 'app',
        image,
        env: [
          { name: 'LOG', value: 'info' },
          { name: 'DB_PASSWORD', value: SECRET },
        ],
      },
    ],
  },
});
/** A name of its own, so that a test that is tried again begins anew. */
const fresh = (name: string) => `${name}-${randomUUID().slice(0, 8)}`;
const deployment = (name: string, replicas = 1) =>
  named('apps/v1', 'Deployment', name, {
    spec: { replicas, selector: { matchLabels: { app: name } }, template: pods(name) },
  });

describe.skipIf(missing)('given an API server that is heard by webhook, file and watch at once', () => {
  let auditing: Auditing;
  beforeAll(async () => {
    auditing = await startAuditing();
    await auditing.kubernetes.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  });
  afterAll(() => auditing?.[Symbol.asyncDispose]());

  const patch = (path: string, body: unknown, type = 'strategic-merge') =>
    auditing.kubernetes.request(path, {
      method: 'PATCH',
      body,
      headers: { 'content-type': `application/${type}-patch+json` },
    });
  const changesOf = (kind: string, name: string) =>
    auditing.changes().filter(({ entity }) => entity.kind === kind && entity.name === name);
  const briefly = ({ kind, diff }: Change) => [kind, ...diff.map(({ path }) => path)].join(' ');
  // Where the audit log tells it all, the watch that follows adds nothing and is not put out again.
  const isWhole = ({ actor, sourceIP, observations, kind, diff }: Change) =>
    actor && sourceIP && (observations.length >= 2 || kind !== 'updated' || diff.length > 0);

  /** Each change has its author and, where it is an update, its differences, whoever told of them. */
  async function settled(kind: string, name: string, count: number): Promise<readonly string[]> {
    await until(
      () => changesOf(kind, name).length >= count && changesOf(kind, name).every(isWhole),
      () => JSON.stringify(changesOf(kind, name), null, 1),
    );
    return changesOf(kind, name).map(briefly);
  }

  it('when a workload is made, changed in all ways, scaled and deleted, then each write is one change, with who and from where', async () => {
    const cart = fresh('cart');
    const path = `/apis/apps/v1/namespaces/shop/deployments/${cart}`;
    await auditing.kubernetes.apply(deployment(cart));
    await settled('Deployment', cart, 1);
    await patch(path, { spec: { template: { spec: { containers: [{ name: 'app', image: 'acme/app:2' }] } } } });
    await settled('Deployment', cart, 2);
    await patch(
      path,
      [{ op: 'replace', path: '/spec/template/spec/containers/0/env/0/value', value: 'debug' }],
      'json',
    );
    await settled('Deployment', cart, 3);
    await patch(`${path}/scale`, { spec: { replicas: 2 } }, 'merge');
    await settled('Deployment', cart, 4);
    const restartedAt = { annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-03-08T15:21:12Z' } };
    await patch(path, { spec: { template: { metadata: restartedAt } } });
    await settled('Deployment', cart, 5);
    await auditing.kubernetes.remove(deployment(cart));
    expect(await settled('Deployment', cart, 6)).toEqual([
      'created',
      'updated spec.template.spec.containers[app].image',
      'updated spec.template.spec.containers[app].env[LOG].value',
      'updated spec.replicas',
      'updated spec.template.metadata.annotations.kubectl.kubernetes.io/restartedAt',
      'deleted',
    ]);
    const [, image] = changesOf('Deployment', cart);
    expect(image).toMatchObject({
      actor: 'admin',
      sourceIP: '127.0.0.1',
      diff: [{ before: 'acme/app:1', after: 'acme/app:2' }],
    });
  });

  it('when what steers traffic, rights and nodes is changed, then so', async () => {
    const { kubernetes } = auditing;
    const [cart, n1] = [fresh('cart'), fresh('n1')];
    const service = named('v1', 'Service', cart, { spec: { selector: { app: 'cart' }, ports: [{ port: 80 }] } });
    const configMap = named('v1', 'ConfigMap', cart, { data: { 'app.yaml': 'level: info', PASSWORD: SECRET } });
    const secret = named('v1', 'Secret', cart, { stringData: { password: SECRET } });
    const network = named('networking.k8s.io/v1', 'NetworkPolicy', cart, {
      spec: { podSelector: {}, policyTypes: ['Ingress'] },
    });
    const node: KubernetesObject = { apiVersion: 'v1', kind: 'Node', metadata: { name: n1 } };
    await kubernetes.apply([service, configMap, secret, network, node]);
    for (const kind of ['Service', 'ConfigMap', 'Secret', 'NetworkPolicy']) await settled(kind, cart, 1);
    await settled('Node', n1, 1);
    await patch(`/api/v1/namespaces/shop/services/${cart}`, { spec: { selector: { app: 'kart' } } });
    await patch(`/api/v1/namespaces/shop/configmaps/${cart}`, { data: { 'app.yaml': 'level: debug' } }, 'merge');
    await patch(`/api/v1/namespaces/shop/secrets/${cart}`, { stringData: { user: 'bob' } }, 'merge');
    await patch(
      `/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/${cart}`,
      { spec: { policyTypes: ['Egress'] } },
      'merge',
    );
    await patch(`/api/v1/nodes/${n1}`, { spec: { unschedulable: true } });
    expect(await settled('Service', cart, 2)).toContain('updated spec.selector.app');
    expect(await settled('ConfigMap', cart, 2)).toContain('updated data.app.yaml');
    expect(await settled('Secret', cart, 2)).toContain('updated data.user');
    expect((await settled('NetworkPolicy', cart, 2))[1]).toMatch(/spec.policyTypes\[0\]/);
    expect((await settled('Node', n1, 2)).join()).toMatch(/spec.unschedulable/);
  });

  it('when rights are given, then who gave them is told, though nothing of the object is kept', async () => {
    const reader = fresh('reader');
    const role = named('rbac.authorization.k8s.io/v1', 'Role', reader, {
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
    });
    await auditing.kubernetes.apply(role);
    await until(
      () => changesOf('Role', reader).some(({ actor }) => actor === 'admin'),
      () => 'the Role',
    );
    await patch(
      `/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles/${reader}`,
      { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'delete'] }] },
      'merge',
    );
    await until(
      () => changesOf('Role', reader).length === 2,
      () => JSON.stringify(changesOf('Role', reader)),
    );
    expect(changesOf('Role', reader)[1]?.diff.map(({ path }) => path)).toContain('rules[0].verbs[1]');
  });

  it.concurrent('when a quota refuses pods and an application is denied reads, then the workload and the account have symptoms', async () => {
    const { kubernetes } = auditing;
    await kubernetes.apply([
      named('v1', 'ResourceQuota', 'few', { spec: { hard: { pods: '1' } } }),
      deployment('etl', 3),
    ]);
    const reporter = await kubernetes.userKubeconfig({ name: 'reporter', rules: [] });
    const token = /"?token"?:\s*"?([^"\s,}]+)/.exec(readFileSync(reporter, 'utf8'))?.[1] ?? '';
    const ask = () => kubernetes.request('/api/v1/namespaces/shop/secrets', { token });
    expect((await ask()).status).toBe(403);
    const opened = (symptom: string, name: string) =>
      auditing.signals().find((each) => each.symptom === symptom && each.entity.name === name);
    await until(
      async () => {
        await ask();
        return opened('create-refused', 'etl') !== undefined && opened('denied', 'reporter') !== undefined;
      },
      () => JSON.stringify(auditing.signals()),
      2_000,
    );
    expect(opened('create-refused', 'etl')).toMatchObject({
      entity: { kind: 'Deployment' },
      attributes: { quota: 'few' },
    });
    expect(opened('create-refused', 'etl')?.sources).toContain('audit.event');
    expect(opened('denied', 'reporter')).toMatchObject({
      severity: 'low',
      entity: { kind: 'ServiceAccount', namespace: 'default' },
    });
  });

  it.concurrent('when an admission webhook does not answer, then the Service behind it has a symptom', async () => {
    const { kubernetes } = auditing;
    const webhook: KubernetesObject = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'policy' },
      webhooks: [
        {
          name: 'policy.example.com',
          clientConfig: { service: { namespace: 'guard', name: 'policy', path: '/check' } },
          rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['limitranges'] }],
          sideEffects: 'None',
          timeoutSeconds: 1,
          admissionReviewVersions: ['v1'],
        },
      ],
    };
    await kubernetes.apply(webhook);
    const create = () =>
      kubernetes.request('/api/v1/namespaces/shop/limitranges', {
        method: 'POST',
        body: { apiVersion: 'v1', kind: 'LimitRange', metadata: { generateName: 'x-' }, spec: { limits: [] } },
      });
    const told = () => auditing.signals().find(({ reason }) => reason === 'WebhookFailed');
    await until(
      async () => {
        // It is minded a moment after it was made.
        await create();
        return told() !== undefined;
      },
      () => JSON.stringify(auditing.log.at(-1)),
      2_000,
    );
    expect(told()).toMatchObject({
      symptom: 'connectivity-failed',
      entity: { kind: 'Service', namespace: 'guard', name: 'policy' },
      attributes: { webhook: 'policy.example.com' },
    });
    await kubernetes.remove(webhook);
  });

  it('when the API server rotates its log, then the file tells every entry that the webhook tells, and each counts once', async () => {
    // Names of their own: what else is written meanwhile, and what was before the file was followed, is told in its own time.
    const name = fresh('big');
    const told = (isIt: (instance: string) => boolean) =>
      new Set(
        auditing.log
          .filter((each) => each.source === 'audit.event' && isIt(each.instance))
          .flatMap(({ items }) => items.flatMap((item) => (item.type === 'audit' ? item : [])))
          .filter(({ target }) => target?.name.startsWith(name))
          .map(({ auditID, stage }) => `${auditID} ${stage}`),
      );
    const posted = () => told((instance) => instance !== 'file');
    const read = () => told((instance) => instance === 'file');
    const rotations = () =>
      auditing.file.readMetrics().find((each) => each.name === 'winnow_audit_file_rotations_total')?.samples[0]?.value;
    const big = 'x'.repeat(60_000);
    for (let at = 0; at < 20; at++)
      await auditing.kubernetes.apply(named('v1', 'ConfigMap', `${name}-${at}`, { data: { big, at: `${at}` } }));
    // Each request is received and completed.
    await until(
      () => posted().size >= 40 && read().size >= 40 && (rotations() ?? 0) > 0,
      () =>
        `${posted().size} posted, ${read().size} read: ${JSON.stringify([auditing.file.status(), auditing.file.readMetrics()])}`,
    );
    expect(read()).toEqual(posted());
    await until(
      () => changesOf('ConfigMap', `${name}-19`).length > 0,
      () => 'the last of them as a change',
    );
    expect(
      readdirSync(dirname(auditing.kubernetes.auditLogFile!)).filter((each) => /^audit-.*\.log$/.test(each)).length,
    ).toBeGreaterThan(0);
    expect(auditing.file.status()).toMatchObject([{ state: 'connected', details: [] }]);
    const { 'audit.event deduplicated': repeated = 0 } = auditing.ledger();
    expect(repeated).toBeGreaterThanOrEqual(posted().size);
  });

  it('then no secret that was sent is in what was written', async () => {
    await auditing.kubernetes.request('/api/v1/namespaces/default/serviceaccounts/reporter/token', {
      method: 'POST',
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
    });
    const told = () =>
      auditing.log.filter(({ items }) => items.some((item) => item.type === 'audit' && item.subresource === 'token'));
    await until(
      () => told().length > 0,
      () => 'the token request',
    );
    const text = JSON.stringify(auditing.log);
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(Buffer.from(SECRET).toString('base64'));
    expect(text).not.toMatch(/eyJ[A-Za-z0-9_-]{20,}\./);
  });

  it('then every change was put to grouping once', () => {
    const told = auditing.told();
    expect(told.length).toBe(new Set(told).size);
  });
});
