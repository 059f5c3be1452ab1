import { expect, test } from 'vitest';
import { diagnose } from './diagnose.ts';
import { modes } from './registry.ts';
import { crashed, deployment, dossier, service, workload } from './testing/dossiers.ts';

const given = dossier({
  objects: [
    workload('api', { status: crashed(1), container: { env: [{ name: 'DB_HOST', value: 'db' }] } }),
    workload('db', { container: { ports: [{ containerPort: 5432 }] } }),
    service('db', { port: 5432, selector: { app: 'postgres' } }),
  ],
  members: [[deployment('api'), 'crash-loop']],
  logs: { api: 'connection to server at "db" (10.0.0.2), port 5432 failed: Connection refused' },
});

test('given the same dossier, then the finding is the same, byte by byte', () => {
  const shuffled = { ...given, objects: [...given.objects].reverse() };
  expect(JSON.stringify(diagnose(shuffled))).toBe(JSON.stringify(diagnose(given)));
});

test('given a finding, then every hypothesis cites evidence, and ruled-out ones come last with their reason', () => {
  const { hypotheses, title } = diagnose(given);
  expect(title).toBe('Service shop/db: its selector matches none of the pods that it is for');
  expect(hypotheses.length).toBeGreaterThan(1);
  for (const each of hypotheses) expect(each.evidence.length).toBeGreaterThan(0);
  const firstRuledOut = hypotheses.findIndex((each) => each.verdict === 'ruled-out');
  expect(firstRuledOut).toBeGreaterThan(0);
  expect(hypotheses.slice(firstRuledOut).every((each) => each.verdict === 'ruled-out')).toBe(true);
  expect(hypotheses[firstRuledOut]?.summary).toContain('Not that');
});

test('given objects that hold nothing but their names, then nothing throws', () => {
  const bare = (
    [
      'Pod',
      'Deployment',
      'StatefulSet',
      'Service',
      'Node',
      'PersistentVolumeClaim',
      'PersistentVolume',
      'Ingress',
      'ResourceQuota',
      'NetworkPolicy',
      'HorizontalPodAutoscaler',
      'Job',
      'CronJob',
      'ReplicaSet',
      'EndpointSlice',
      'Endpoints',
    ] as const
  ).map((kind) => ({ kind, metadata: { name: 'x', namespace: 'y' } }));
  const found = diagnose({
    ...dossier({ members: [[{ kind: 'Pod', namespace: 'y', name: 'x' }, 'other']] }),
    objects: bare as never,
  });
  expect(found.hypotheses[0]?.verdict).toBe('possible');
});

test('given huge logs, then the diagnosis stays quick', () => {
  const lines = Array.from(
    { length: 200_000 },
    (_, i) => `ERROR request ${i} failed: connection refused by 10.0.0.9:5432 ${'x'.repeat(200)}`,
  );
  const big = { ...given, logs: given.logs.map((each) => ({ ...each, lines })) };
  const started = performance.now();
  diagnose(big);
  expect(performance.now() - started).toBeLessThan(1000);
});

test('given the registry, then no neighbour is named that is no mode', () => {
  for (const mode of modes)
    for (const [other, how] of Object.entries(mode.neighbours)) expect(how, `${mode.id} / ${other}`).toMatch(/\S/);
});
