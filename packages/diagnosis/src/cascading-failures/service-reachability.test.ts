import { entity } from '@winnow/contracts';
import { expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { change, crashed, deployment, dossier, NAMESPACE, service, workload } from '../testing/dossiers.ts';

const cache = entity('Service', NAMESPACE, 'session-cache');
const callers = [
  workload('login', {
    status: crashed(1),
    container: {
      env: [{ name: 'CACHE_URL', value: 'redis://session-cache:6379/0' }],
      ports: [{ containerPort: 8080 }],
    },
  }),
  service('login'),
  workload('portal', { status: crashed(1), container: { env: [{ name: 'LOGIN_URL', value: 'http://login:8080' }] } }),
];
const redis = (options = {}) =>
  workload('session-cache', { container: { ports: [{ containerPort: 6379 }] }, ...options });

function cascade(
  objects: Parameters<typeof dossier>[0]['objects'],
  login: string,
  more: Partial<Parameters<typeof dossier>[0]> = {},
) {
  return diagnose(
    dossier({
      objects: [...callers, ...(objects ?? [])],
      members: [
        [deployment('login'), 'crash-loop'],
        [deployment('portal'), 'crash-loop'],
      ],
      logs: {
        login,
        portal:
          'Error: connect ECONNREFUSED 10.0.0.5:8080\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16)',
      },
      ...more,
    }),
  ).hypotheses;
}

test.each([
  ['redis-py', 'redis.exceptions.ConnectionError: Error 111 connecting to session-cache:6379. Connection refused.'],
  ['ioredis', '[ioredis] Unhandled error event: Error: connect ECONNREFUSED 10.0.0.13:6379'],
  ['lettuce', 'io.lettuce.core.RedisConnectionException: Unable to connect to session-cache/<unresolved>:6379'],
  ['go-redis', 'panic: dial tcp 10.0.0.13:6379: connect: connection refused'],
  [
    'stackexchange',
    'StackExchange.Redis.RedisConnectionException: It was not possible to connect to the redis server(s) session-cache:6379. Connection refused',
  ],
])(
  'given %s callers of a Service whose selector misses its pods, then the Service is to blame, hops away',
  (_, log) => {
    const [first, ...others] = cascade(
      [redis(), service('session-cache', { port: 6379, selector: { app: 'session-cache', tier: 'hot' } })],
      log,
    );
    expect(first).toMatchObject({ mode: 'service-selector-mismatch', entity: cache });
    expect(first!.confidence).toBeGreaterThan(0.6);
    expect(others.every((each) => each.confidence < first!.confidence)).toBe(true);
  },
);

test('given the former selector in a change, then a Service of any other name is known to be meant', () => {
  const found = cascade(
    [workload('kv', { labels: { role: 'kv' } }), service('session-cache', { port: 6379, selector: { role: 'store' } })],
    'connection refused: session-cache:6379',
    { changes: [change(cache, 'spec.selector.role', 'kv', 'store')] },
  );
  expect(found[0]).toMatchObject({ mode: 'service-selector-mismatch', entity: cache });
  expect(found[0]!.evidence.map((each) => each.source)).toContain('change');
});

test('given no pods wanted behind the Service, then it is the scale, not the selector', () => {
  const [first] = cascade(
    [redis({ replicas: 0, pods: 0 }), service('session-cache', { port: 6379 })],
    'Connection refused: session-cache:6379',
  );
  expect(first).toMatchObject({ mode: 'scaled-to-zero', entity: deployment('session-cache') });
});

test('given a target port on which no pod listens, then the port of the Service is wrong', () => {
  const [first] = cascade(
    [redis(), service('session-cache', { port: 6379, targetPort: 6380 })],
    'Connection refused: session-cache:6379',
  );
  expect(first).toMatchObject({ mode: 'service-port-mismatch', entity: cache });
});

test('given callers that use a name that no Service has, then the caller is to blame', () => {
  const login = workload('login', {
    status: crashed(1),
    container: {
      env: [
        { name: 'CACHE_HOST', value: 'sesion-cache' },
        { name: 'CACHE_PORT', value: '6379' },
      ],
    },
  });
  const found = diagnose(
    dossier({
      objects: [login, redis(), service('session-cache', { port: 6379 })],
      members: [[deployment('login'), 'crash-loop']],
      logs: { login: 'Error: getaddrinfo ENOTFOUND sesion-cache\n    at GetAddrInfoReqWrap.onlookup' },
    }),
  );
  expect(found.hypotheses[0]).toMatchObject({ mode: 'service-address-invalid', entity: deployment('login') });
});

test('given a dependency that crashes by its own bug, then it is to blame and not its callers', () => {
  const broken = workload('session-cache', { status: crashed(139), container: { ports: [{ containerPort: 6379 }] } });
  const found = cascade([broken, service('session-cache', { port: 6379 })], 'Connection refused: session-cache:6379', {
    logs: { login: 'Connection refused: session-cache:6379', 'session-cache': 'Segmentation fault (core dumped)' },
  });
  expect(found[0]).toMatchObject({ mode: 'application-crash', entity: deployment('session-cache') });
});

test('given an init container that waits for a Service whose selector misses its pods, then the Service is to blame', () => {
  const found = diagnose(
    dossier({
      objects: [
        workload('login', {
          init: {
            image: 'busybox',
            command: ['sh', '-c', 'nc -z session-cache 6379'],
            env: [{ name: 'CACHE_HOST', value: 'session-cache' }],
          },
          initStatus: crashed(1),
          status: { ready: false, state: { waiting: { reason: 'PodInitializing' } } },
          pod: { phase: 'Pending' },
        }),
        redis(),
        service('session-cache', { port: 6379, selector: { app: 'cache' } }),
      ],
      members: [[deployment('login'), 'init-failed']],
      logs: { login: 'nc: session-cache:6379: Connection refused' },
      container: { login: 'init' },
    }),
  );
  expect(found.hypotheses[0]).toMatchObject({ mode: 'service-selector-mismatch', entity: cache });
});

test('given pods with other labels, then the command sets the selector to theirs, and names no placeholder', () => {
  const [first] = cascade(
    [redis(), service('session-cache', { port: 6379, selector: { app: 'session-cache', tier: 'hot' } })],
    'panic: dial tcp: session-cache:6379: connect: connection refused',
  );
  expect(first!.remediation[0]!.command).toBe(
    `kubectl set selector -n ${NAMESPACE} service/session-cache 'app=session-cache'`,
  );
  expect(first!.evidence.find(({ source }) => source === 'log')?.ref).toBe(`${NAMESPACE}/login-0/login (previous)`);
});
