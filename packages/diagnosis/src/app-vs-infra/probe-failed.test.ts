import { expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { crashed, deployment, dossier, event, pod, workload } from '../testing/dossiers.ts';

interface Case {
  readonly container: Record<string, unknown>;
  readonly message: string;
  readonly log?: string;
  readonly exitCode?: number;
  readonly lived?: number;
}

function restarted({ container, message, log, exitCode = 0, lived }: Case) {
  const status = crashed(exitCode, {
    reason: exitCode === 0 ? 'Completed' : 'Error',
    ...(lived !== undefined ? { lived } : {}),
  });
  return diagnose(
    dossier({
      objects: [workload('quotes', { status, container })],
      members: [
        [deployment('quotes'), 'liveness-failed'],
        [deployment('quotes'), 'crash-loop'],
      ],
      events: [
        event(pod('quotes'), 'Unhealthy', `Liveness probe failed: ${message}`),
        event(pod('quotes'), 'Killing', 'Container quotes failed liveness probe, will be restarted', {
          eventType: 'Normal',
        }),
      ],
      ...(log ? { logs: { quotes: log } } : {}),
    }),
  ).hypotheses[0];
}

const refused = (port: number) =>
  `Get "http://10.1.0.9:${port}/live": dial tcp 10.1.0.9:${port}: connect: connection refused`;

test.each<[string, Case]>([
  [
    'http, declared elsewhere',
    {
      container: { ports: [{ containerPort: 8000 }], livenessProbe: { httpGet: { path: '/live', port: 8001 } } },
      message: refused(8001),
      log: 'INFO: Uvicorn running on http://0.0.0.0:8000 (Press CTRL+C to quit)',
    },
  ],
  [
    'spring, by its own word alone',
    {
      container: { livenessProbe: { httpGet: { path: '/live', port: 9999 } } },
      message: refused(9999),
      log: 'Tomcat started on port 8080 (http) with context path',
    },
  ],
  [
    'by name, at a port that is declared and not opened',
    {
      container: {
        ports: [
          { name: 'http', containerPort: 5000 },
          { name: 'mgmt', containerPort: 5001 },
        ],
        livenessProbe: { httpGet: { path: '/live', port: 'mgmt' } },
      },
      message: refused(5001),
      log: '      Now listening on: http://[::]:5000',
    },
  ],
  [
    'go, by its own word alone',
    {
      container: { livenessProbe: { httpGet: { path: '/live', port: 81 } } },
      message: refused(81),
      log: '2026/03/08 listening on :3000',
    },
  ],
  [
    'tcp',
    {
      container: { ports: [{ containerPort: 6379 }], livenessProbe: { tcpSocket: { port: 6380 } } },
      message: 'dial tcp 10.1.0.9:6380: connect: connection refused',
      log: '1:M 08 Mar 2026 15:25:00.000 * Running mode=standalone, port=6379.',
    },
  ],
  [
    'grpc',
    {
      container: { ports: [{ containerPort: 50051 }], livenessProbe: { grpc: { port: 50052 } } },
      message: 'timeout: failed to connect service "10.1.0.9:50052" within 1s: context deadline exceeded',
    },
  ],
])('given a probe of %s that asks a dead port, then the port of the probe is wrong', (_, given) => {
  expect(restarted(given)).toMatchObject({ mode: 'liveness-probe-wrong-port', entity: deployment('quotes') });
});

test.each<[string, Case]>([
  [
    'a path that is not served',
    {
      container: { ports: [{ containerPort: 8080 }], livenessProbe: { httpGet: { path: '/alive', port: 8080 } } },
      message: 'HTTP probe failed with statuscode: 404',
      log: 'GET /alive 404',
    },
  ],
  [
    'http asked of a gRPC server',
    {
      container: { ports: [{ containerPort: 50051 }], livenessProbe: { httpGet: { path: '/', port: 50051 } } },
      message:
        'Get "http://10.1.0.9:50051/": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x00\\x00\\x06"',
    },
  ],
  [
    'https asked of a plain server',
    {
      container: {
        ports: [{ containerPort: 8080 }],
        livenessProbe: { httpGet: { path: '/', port: 8080, scheme: 'HTTPS' } },
      },
      message: 'Get "https://10.1.0.9:8080/": http: server gave HTTP response to HTTPS client',
    },
  ],
  [
    'a command that the image lacks',
    {
      container: {
        livenessProbe: { exec: { command: ['/bin/grpc_health_probe', '-addr=:8080'] } },
        ports: [{ containerPort: 8080 }],
      },
      message:
        'OCI runtime exec failed: exec failed: unable to start container process: exec: "/bin/grpc_health_probe": stat /bin/grpc_health_probe: no such file or directory: unknown',
    },
  ],
  [
    'gRPC health that is not implemented',
    {
      container: { ports: [{ containerPort: 50051 }], livenessProbe: { grpc: { port: 50051 } } },
      message:
        'error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service grpc.health.v1.Health',
    },
  ],
])('given %s, then the probe asks for what is not served', (_, given) => {
  expect(restarted(given)).toMatchObject({ mode: 'liveness-probe-wrong-protocol', entity: deployment('quotes') });
});

test.each<[string, Case]>([
  [
    'a slow Java start',
    {
      container: {
        ports: [{ containerPort: 8080 }],
        livenessProbe: {
          httpGet: { path: '/live', port: 8080 },
          initialDelaySeconds: 2,
          periodSeconds: 2,
          failureThreshold: 2,
        },
      },
      message: refused(8080),
      log: 'Starting Application using Java 21\nInitializing caches: 40 % (about 60 s remaining)',
      exitCode: 143,
      lived: 7,
    },
  ],
  [
    'a migration before listening',
    {
      container: {
        ports: [{ containerPort: 3000 }],
        livenessProbe: { httpGet: { path: '/live', port: 3000 }, periodSeconds: 3, failureThreshold: 3 },
      },
      message: refused(3000),
      log: 'starting\nmigrating table 3/40',
      exitCode: 143,
      lived: 10,
    },
  ],
])('given %s under a tight probe, then its timing is wrong', (_, given) => {
  expect(restarted(given)).toMatchObject({ mode: 'liveness-probe-timing', entity: deployment('quotes') });
});

const slow =
  'Get "http://10.1.0.9:8080/live": context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
const asked = {
  ports: [{ containerPort: 8080 }],
  livenessProbe: { httpGet: { path: '/live', port: 8080 }, periodSeconds: 10, failureThreshold: 3 },
};

test.each<[string, Case]>([
  [
    'node',
    {
      container: asked,
      message: slow,
      exitCode: 137,
      lived: 130,
      log: 'listening on 8080\nGET /live 200 1 ms\nGET /live 200 1 ms\nexporting 400000 rows synchronously\nevent loop blocked for 8200 ms',
    },
  ],
  [
    'java',
    {
      container: asked,
      message: slow,
      exitCode: 143,
      lived: 400,
      log: 'Tomcat started on port 8080\n"GET /live HTTP/1.1" 200 15\n"GET /live HTTP/1.1" 200 15\nFound one Java-level deadlock:',
    },
  ],
  [
    'go, without a word',
    {
      container: asked,
      message: slow,
      exitCode: 137,
      lived: 250,
      log: 'listening on :8080\nGET /live 200\nGET /live 200\nrebuilding index',
    },
  ],
])('given a %s program that answered and then does not, then it hangs', (_, given) => {
  expect(restarted(given)).toMatchObject({ mode: 'application-hang', entity: deployment('quotes') });
});

test('given a readiness probe on a dead port, then the port of the readiness probe is wrong', () => {
  const container = { ports: [{ containerPort: 8080 }], readinessProbe: { httpGet: { path: '/ready', port: 8081 } } };
  const found = diagnose(
    dossier({
      objects: [workload('quotes', { container, status: { ready: false } })],
      members: [[deployment('quotes'), 'readiness-failed']],
      events: [event(pod('quotes'), 'Unhealthy', `Readiness probe failed: ${refused(8081)}`)],
    }),
  );
  expect(found.hypotheses[0]).toMatchObject({ mode: 'readiness-probe-wrong-port', entity: deployment('quotes') });
});

test('given a probe that failed while the container started, then nothing is blamed on it', () => {
  const found = diagnose(
    dossier({
      objects: [workload('quotes', { container: asked })],
      members: [[deployment('quotes'), 'request-errors']],
      events: [event(pod('quotes'), 'Unhealthy', `Liveness probe failed: ${slow}`)],
    }),
  );
  expect(found.hypotheses.some((each) => each.mode.includes('probe') || each.mode === 'application-hang')).toBe(false);
});

test.each([
  ['late', '2026-03-08T15:25:40Z', 'application-hang'],
  ['at once', '2026-03-08T15:25:04Z', 'liveness-probe-timing'],
])('given a tight probe that first failed %s (%s), then it is called %s', (_, firstAt, mode) => {
  const container = {
    livenessProbe: { httpGet: { path: '/live', port: 8080 }, initialDelaySeconds: 3, periodSeconds: 3 },
  };
  const found = diagnose(
    dossier({
      objects: [workload('quotes', { status: crashed(137, { lived: 14 }), container })],
      members: [[deployment('quotes'), 'liveness-failed']],
      events: [
        event(pod('quotes'), 'Started', 'Started container quotes', { firstAt: '2026-03-08T15:25:00Z' }),
        event(pod('quotes'), 'Unhealthy', `Liveness probe failed: ${slow}`, { firstAt }),
      ],
    }),
  );
  expect(found.hypotheses[0]?.mode).toBe(mode);
});
