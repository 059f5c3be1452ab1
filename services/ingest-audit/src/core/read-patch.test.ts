import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAuditEvent } from './read-audit-event.ts';
import { readPatch } from './read-patch.ts';

const asText = (body: unknown, kind = 'Deployment') =>
  (readPatch(body, kind) ?? []).map(({ path, value }) => `${path} = ${value ?? '(gone)'}`);

describe('given a patch, when it is read, then its fields are named as differences name them', () => {
  it.each<[string, unknown, string[]]>([
    ['merge', { spec: { replicas: 3, paused: null } }, ['spec.replicas = 3', 'spec.paused = (gone)']],
    [
      'strategic merge',
      {
        metadata: {
          annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"a":"b"}' },
          managedFields: [1],
        },
        spec: {
          template: {
            spec: { $setElementOrder: [{ name: 'app' }], containers: [{ name: 'app', image: 'acme/app:2' }] },
          },
        },
      },
      ['spec.template.spec.containers[app].image = acme/app:2'],
    ],
    [
      'JSON',
      [
        { op: 'test', path: '/spec/replicas', value: 1 },
        { op: 'replace', path: '/spec/template/spec/containers/2/image', value: 'acme/app:2' },
        { op: 'remove', path: '/spec/template/spec/nodeSelector/disk~1type' },
        { op: 'add', path: '/spec/template/spec/tolerations/-', value: { key: 'gpu', operator: 'Exists' } },
      ],
      [
        'spec.template.spec.containers[2].image = acme/app:2',
        'spec.template.spec.nodeSelector.disk/type = (gone)',
        'spec.template.spec.tolerations[gpu].key = gpu',
        'spec.template.spec.tolerations[gpu].operator = Exists',
      ],
    ],
    [
      'a rollout by hand',
      { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } } } } },
      ['spec.template.metadata.annotations.kubectl.kubernetes.io/restartedAt = now'],
    ],
    ['status alone', { status: { replicas: 3 } }, []],
    ['no patch at all', 'x', []],
  ])('%s', (_kind, body, fields) => expect(asText(body)).toEqual(fields));

  it('a node that is cordoned', () => {
    expect(asText({ spec: { unschedulable: true } }, 'Node')).toEqual(['spec.unschedulable = true']);
  });
  it('a Secret tells its keys alone, whichever way it is patched', () => {
    expect(asText({ data: { password: 'aHVudGVyMg==', old: null }, stringData: { user: 'bob' } }, 'Secret')).toEqual([
      'data.password = [REDACTED]',
      'data.old = (gone)',
      'data.user = [REDACTED]',
    ]);
    expect(asText([{ op: 'add', path: '/data', value: { password: 'aHVudGVyMg==' } }], 'Secret')).toEqual([
      'data.password = [REDACTED]',
    ]);
  });
  it('a ConfigMap tells which values are others', () => {
    const [first] = asText({ data: { 'app.yaml': 'level: debug' } }, 'ConfigMap');
    expect(first).toMatch(/^data\.app\.yaml = [0-9a-f]{16}$/);
  });
});

/** Something that no other part of an entry is likely to hold. */
const SECRET = 'hunter2Tr0ub4dor';
const encoded = 'aHVudGVyMlRyMHViNGRvcg==';
const aName = fc.constantFrom('DB_PASSWORD', 'apiKey', 'client-secret', 'AUTH_TOKEN', 'pgpassword');
const inEnv = aName.map((name) => ({
  name: 'app',
  env: [
    { name: 'A', value: 'b' },
    { name, value: SECRET },
  ],
}));
const inArguments = fc.constantFrom(
  { name: 'app', args: ['--verbose', '--password', SECRET] },
  { name: 'app', command: ['sh', '-c', `run --password=${SECRET}`] },
  { name: 'app', args: [`postgres://app:${SECRET}@db:5432/shop`] },
);
const container = fc.oneof(inEnv, inArguments);
const podSpec = container.map((each) => ({ containers: [each], initContainers: [each] }));
const applied = (body: object) => ({ 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(body) });

const secret = fc.constant({ kind: 'Secret', data: { password: encoded }, stringData: { x: SECRET } });
const configMap = aName.map((name) => ({
  kind: 'ConfigMap',
  data: { [name]: SECRET, dsn: `redis://:${SECRET}@cache:6379` },
}));
const deployment = podSpec.map((spec) => ({ kind: 'Deployment', spec: { template: { spec } } }));
const cronJob = podSpec.map((spec) => ({ kind: 'CronJob', spec: { jobTemplate: { spec: { template: { spec } } } } }));
const pod = podSpec.map((spec) => ({ kind: 'Pod', spec }));
const token = fc.constant({ kind: 'TokenRequest', status: { token: `eyJhbGciOiJSUzI1NiJ9.${SECRET}.${SECRET}` } });
const review = fc.constant({ kind: 'TokenReview', spec: { token: SECRET }, status: { user: { username: 'x' } } });
const body = fc
  .oneof(secret, configMap, deployment, cronJob, pod, token, review)
  .map((each) => ({ ...each, metadata: { name: 'x', annotations: applied(each), managedFields: [each] } }));

const resources: Readonly<Record<string, string>> = {
  Secret: 'secrets',
  ConfigMap: 'configmaps',
  Deployment: 'deployments',
  CronJob: 'cronjobs',
  Pod: 'pods',
  TokenRequest: 'serviceaccounts',
  TokenReview: 'tokenreviews',
};

/** Operations that make a body of nothing: at the root, by top field, by container, or by the value alone. */
function operationsOf(whole: Record<string, unknown>): fc.Arbitrary<unknown> {
  const add = (path: string, value: unknown) => ({ op: 'add', path, value });
  const byField = Object.entries(whole).map(([name, value]) => add(`/${name}`, value));
  const spec = '/spec/template/spec/containers';
  const template = (whole as { spec?: { template?: { spec?: { containers?: Record<string, unknown[]>[] } } } }).spec
    ?.template;
  const first = template?.spec?.containers?.[0];
  const byValue = (first?.env ?? []).map((each, at) =>
    add(`${spec}/0/env/${at}/value`, (each as { value: unknown }).value),
  );
  const byArgument = (first?.args ?? []).map((each, at) => add(`${spec}/0/args/${at}`, each));
  const byKey = ['data', 'stringData'].flatMap((part) =>
    Object.entries((whole[part] ?? {}) as object).map(([key, value]) => add(`/${part}/${key}`, value)),
  );
  return fc.constantFrom([add('', whole)], byField, first ? [add(`${spec}/-`, first)] : byField, [
    ...byValue,
    ...byArgument,
    ...byKey,
  ]);
}

describe('given any request that holds a secret, when it is read', () => {
  it('then the secret is nowhere in what is written', () => {
    const request = body.chain((whole) =>
      fc.record({
        whole: fc.constant(whole),
        operations: operationsOf(whole),
        verb: fc.constantFrom('create', 'update', 'patch'),
      }),
    );
    fc.assert(
      fc.property(request, ({ whole, operations, verb }) => {
        const kind = String(whole.kind);
        for (const requestObject of verb === 'patch' ? [whole, operations] : [whole]) {
          const items = readAuditEvent(
            {
              auditID: 'a',
              stage: 'ResponseComplete',
              verb,
              user: { username: 'bob' },
              objectRef: {
                resource: resources[kind],
                namespace: 'shop',
                name: 'x',
                ...(kind === 'TokenRequest' && { subresource: 'token' }),
              },
              requestObject,
              responseObject: whole,
              responseStatus: { code: 200, message: `password=${SECRET}` },
              annotations: { x: SECRET },
              requestURI: `/api?token=${SECRET}`,
            },
            { at: '2026-03-08T15:21:12.035Z', place: '' },
          );
          const text = JSON.stringify(items);
          expect(text).not.toContain(SECRET);
          expect(text).not.toContain(encoded);
        }
      }),
      { numRuns: 500 },
    );
  });
});
