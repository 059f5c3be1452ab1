import { entity } from '@winnow/contracts';
import { expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { change, crashed, deployment, dossier, kube, NAMESPACE, service, workload } from '../testing/dossiers.ts';

const prices = [
  workload('price-engine', { container: { ports: [{ containerPort: 7001 }] } }),
  service('price-engine', { port: 7001 }),
];
const stock = [
  workload('stock', { container: { ports: [{ containerPort: 7000 }] } }),
  service('stock', { port: 7000 }),
];
const env = [
  { name: 'STOCK_URL', value: 'http://stock:7000' },
  { name: 'PRICE_URL', value: 'http://price-engine:7001' },
];
const shopfront = workload('shopfront', { status: crashed(1), container: { env } });

function explain(
  log: string,
  objects: Parameters<typeof dossier>[0]['objects'] = [prices, stock].flat(),
  more: Partial<Parameters<typeof dossier>[0]> = {},
) {
  return diagnose(
    dossier({
      objects: [shopfront, ...(objects ?? [])],
      members: [[deployment('shopfront'), 'crash-loop']],
      logs: { shopfront: log },
      ...more,
    }),
  ).hypotheses[0];
}

test.each([
  ['the name alone', 'ERROR invalid JSON from price-engine: Unexpected token < at position 0'],
  [
    'gRPC',
    'panic: calling price-engine:7001: grpc: failed to unmarshal the received message: proto: cannot parse invalid wire-format data',
  ],
  [
    'XML',
    'fetching http://price-engine:7001/catalog.xml\norg.xml.sax.SAXParseException: Content is not allowed in prolog.',
  ],
  [
    'a field that is missing',
    "INFO GET http://price-engine:7001/v1/prices 200\nTraceback (most recent call last):\nKeyError: 'amount'",
  ],
  [
    'a field that Ruby misses',
    'GET http://price-engine:7001/v1/prices -> 200\n/app/lib/price.rb:31:in \'Hash#fetch\': key not found: "amount" (KeyError)',
  ],
  [
    'a page where .NET expects JSON',
    "GET http://price-engine:7001/v1/prices 200\nSystem.Text.Json: '<' is an invalid start of a value. Path: $ | LineNumber: 0",
  ],
])('given an answer that cannot be read (%s), then who answered is to blame', (_, log) => {
  expect(explain(log)).toMatchObject({ mode: 'dependency-bad-response', entity: deployment('price-engine') });
});

test('given a rollout of who answers wrongly, then that speaks for it', () => {
  const changes = [
    change(deployment('price-engine'), 'spec.template.spec.containers[price-engine].image', 'p:1', 'p:2'),
  ];
  const log = 'ERROR cannot parse response of http://price-engine:7001/v1';
  const [alone, since] = [explain(log), explain(log, undefined, { changes })];
  expect(since!.confidence).toBeGreaterThan(alone!.confidence);
  expect(since!.evidence.map((each) => each.source)).toContain('change');
});

test('given a dependency that cannot start, then its own cause is named, though only the caller was reported', () => {
  const broken = workload('price-engine', {
    pod: { phase: 'Pending' },
    status: { ready: false, state: { waiting: { reason: 'ImagePullBackOff', message: 'manifest unknown' } } },
  });
  expect(
    explain('connect ECONNREFUSED price-engine:7001', [...broken, service('price-engine', { port: 7001 })]),
  ).toMatchObject({ mode: 'image-not-found', entity: deployment('price-engine') });
});

test('given a policy that lets others in, then the policy is to blame and not the dependency', () => {
  const policy = kube({
    kind: 'NetworkPolicy',
    metadata: { name: 'only-admin', namespace: NAMESPACE },
    spec: {
      podSelector: { matchLabels: { app: 'price-engine' } },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'admin' } } }] }],
    },
  });
  expect(explain('Error: connect ETIMEDOUT price-engine:7001', [...prices.flat(), policy])).toMatchObject({
    mode: 'network-policy-blocked',
    entity: entity('NetworkPolicy', NAMESPACE, 'only-admin'),
  });
});

test('given names of Services that exist and do not resolve, then the resolver is to blame', () => {
  expect(explain('Error: getaddrinfo EAI_AGAIN price-engine')).toMatchObject({
    mode: 'dns-resolution-failure',
    entity: { kind: 'Deployment', namespace: 'kube-system', name: 'coredns' },
  });
});

test('given an init container that waits for a Service with nobody behind it, then the Service is to blame', () => {
  const waiting = workload('checkout', {
    init: { command: ['sh', '-c', 'until nc -z price-engine 7001; do sleep 1; done'] },
    initStatus: { state: { running: {} } },
    status: { ready: false, state: { waiting: { reason: 'PodInitializing' } } },
    pod: { phase: 'Pending' },
  });
  const [first] = diagnose(
    dossier({
      objects: [waiting, prices[0]!, service('price-engine', { port: 7001, selector: { app: 'engine' } })],
      members: [[deployment('checkout'), 'pending']],
    }),
  ).hypotheses;
  expect(first).toMatchObject({
    mode: 'service-selector-mismatch',
    entity: entity('Service', NAMESPACE, 'price-engine'),
  });
});

test('given a Pending pod and a scheduler that says nothing, then the scheduler is down', () => {
  const found = diagnose(
    dossier({
      objects: [workload('a', { pod: { phase: 'Pending', node: null }, status: { ready: false } })],
      members: [[deployment('a'), 'pending']],
    }),
  );
  expect(found.hypotheses[0]).toMatchObject({ mode: 'scheduler-unavailable' });
});
