import { hash64, readKubeObject } from '@winnow/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { redactJson } from './redact-json.ts';
import { redactObject } from './redact-object.ts';

const facts = (raw: unknown) => {
  const read = readKubeObject(redactObject(raw));
  if (!('object' in read)) throw new Error(read.field);
  return read.object;
};

it('given a Secret, when it is redacted, then only the names of its keys are left', () => {
  const raw = {
    kind: 'Secret',
    metadata: {
      name: 's',
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"a":"czNjcjN0"}}' },
    },
    type: 'Opaque',
    data: { b: 'czNjcjN0', a: '' },
    stringData: { c: 's3cr3t' },
  };
  expect(facts(raw)).toEqual({
    kind: 'Secret',
    metadata: { name: 's', annotations: {} },
    type: 'Opaque',
    keys: ['a', 'b', 'c'],
  });
  expect(JSON.stringify(redactObject(raw))).not.toMatch(/s3cr3t|czNjcjN0/);
});

it('given a ConfigMap, when it is redacted, then values are cut and hashes are of the whole', () => {
  const long = `url=http://cache:6379\n${'x'.repeat(10_000)}`;
  const redacted = facts({
    kind: 'ConfigMap',
    metadata: { name: 'c' },
    data: { long, password: 'hunter2', host: 'db:5432' },
  });
  if (redacted.kind !== 'ConfigMap') throw new Error(redacted.kind);
  expect(redacted.data?.long).toHaveLength(4096);
  expect(redacted.data).toMatchObject({ password: '[REDACTED]', host: 'db:5432' });
  expect(redacted.hashes).toEqual({ long: hash64(long), password: hash64('hunter2'), host: hash64('db:5432') });
});

it('given a workload, when it is redacted, then env, arguments and probes lose their secrets and keep what they point at', () => {
  const container = {
    name: 'app',
    image: 'acme/token-service:1.2',
    env: [
      { name: 'DB_PASSWORD', value: 'hunter2' },
      { name: 'DATABASE_URL', value: 'postgres://app:hunter2@db:5432/x' },
      { name: 'TOKEN_ENABLED', value: 'true' },
      { name: 'API_KEY', valueFrom: { secretKeyRef: { name: 'keys', key: 'api' } } },
    ],
    args: ['--password', 'hunter2', '--token=hunter2', '--host', 'db'],
    livenessProbe: { httpGet: { path: '/health?token=hunter2', port: 80 } },
  };
  for (const kind of ['Pod', 'Deployment', 'CronJob'] as const) {
    const template = { spec: { containers: [container] } };
    const spec =
      kind === 'Pod' ? template.spec : kind === 'Deployment' ? { template } : { jobTemplate: { spec: { template } } };
    const text = JSON.stringify(facts({ kind, metadata: { name: 'x' }, spec }));
    expect(text).not.toContain('hunter2');
    for (const stays of [
      'postgres://app:[REDACTED]@db:5432/x',
      '"value":"true"',
      '"name":"keys"',
      'token-service:1.2',
      '"--host","db"',
    ]) {
      expect(text).toContain(stays);
    }
  }
});

it('given messages of conditions and containers, when they are redacted, then secrets in them are gone', () => {
  const status = {
    conditions: [{ type: 'Ready', message: 'dial postgres://u:hunter2@db failed' }],
    containerStatuses: [{ name: 'a', lastState: { terminated: { message: 'password=hunter2' } } }],
  };
  expect(JSON.stringify(redactObject({ kind: 'Pod', metadata: { name: 'x' }, status }))).not.toContain('hunter2');
});

it('given any JSON, when it is redacted, then nothing throws and what was given is not changed', () => {
  const object = fc.record(
    {
      kind: fc.constantFrom('Secret', 'ConfigMap', 'Pod', 'constructor', '__proto__'),
      metadata: fc.jsonValue(),
      spec: fc.jsonValue(),
      data: fc.jsonValue(),
      status: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), object), (raw) => {
      const before = JSON.stringify(raw);
      redactObject(raw);
      redactJson(raw);
      readKubeObject(redactObject(raw));
      expect(JSON.stringify(raw)).toBe(before);
    }),
  );
});

it('given JSON of any shape, when it is redacted, then values under names of secrets and objects inside are redacted', () => {
  const value = {
    lines: ['password=hunter2'],
    apiKey: 'hunter2',
    items: [{ kind: 'Secret', metadata: { name: 's' }, data: { a: 'hunter2' } }],
  };
  expect(JSON.stringify(redactJson(value))).not.toContain('hunter2');
});
