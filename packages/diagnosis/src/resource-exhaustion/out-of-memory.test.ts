import { expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { crashed, deployment, dossier, event, NAMESPACE, pod, workload } from '../testing/dossiers.ts';

interface Case {
  readonly lived?: number;
  readonly restarts?: number;
  readonly log?: string;
  readonly limit?: string;
  readonly memory?: readonly number[];
  readonly env?: readonly { name: string; value: string }[];
  readonly args?: readonly string[];
  readonly reason?: string;
  readonly exitCode?: number;
}

function killed({
  lived,
  restarts,
  log,
  limit = '256Mi',
  memory,
  env,
  args,
  reason = 'OOMKilled',
  exitCode = 137,
}: Case) {
  const status = crashed(exitCode, {
    reason,
    ...(lived !== undefined ? { lived } : {}),
    ...(restarts !== undefined ? { restarts } : {}),
  });
  return diagnose(
    dossier({
      objects: [workload('indexer', { status, container: { env, args, resources: { limits: { memory: limit } } } })],
      members: [
        [deployment('indexer'), 'oom-killed'],
        [deployment('indexer'), 'crash-loop'],
      ],
      ...(log ? { logs: { indexer: log } } : {}),
      metrics: memory
        ? [
            {
              metric: {
                __name__: 'container_memory_working_set_bytes',
                namespace: NAMESPACE,
                pod: 'indexer-0',
                container: 'indexer',
              },
              values: memory.map((mib, i) => [i * 15, String(mib * 2 ** 20)]),
            },
          ]
        : [],
    }),
  ).hypotheses;
}

test.each<[string, Case]>([
  ['a variable with the size', { env: [{ name: 'INDEX_CACHE_SIZE_MB', value: '900' }], lived: 4 }],
  ['a heap as large as the limit', { args: ['-Xmx512m', '-jar', 'app.jar'], limit: '512Mi', lived: 40 }],
  [
    "node's old space over the limit",
    { env: [{ name: 'NODE_OPTIONS', value: '--max-old-space-size=2048' }], limit: '512Mi', lived: 60 },
  ],
  ['the size in the log', { log: 'loading model weights (1.2 GiB)', lived: 3 }],
  [
    'progress towards a known total',
    {
      log: 'INFO 64 MiB of 512 MiB loaded\nINFO 128 MiB of 512 MiB loaded\nINFO 192 MiB of 512 MiB loaded\nINFO 240 MiB of 512 MiB loaded',
      lived: 30,
      memory: [60, 110, 160, 210, 250, 60, 110, 160, 210, 250],
    },
  ],
  ['nothing but an early end', { lived: 1 }],
  ['memory at the limit at once', { lived: 20, memory: [30, 250, 255, 20, 252, 255, 254] }],
  [
    'Java, which says so itself',
    {
      reason: 'Error',
      exitCode: 3,
      log: 'java.lang.OutOfMemoryError: Java heap space\n\tat com.acme.Load.all(Load.java:3)',
      args: ['-Xmx300m'],
      lived: 5,
    },
  ],
])('given %s, then the limit is too small', (_, given) => {
  const found = killed(given);
  expect(found[0]).toMatchObject({ mode: 'oom-killed', entity: deployment('indexer') });
  expect(found.find((each) => each.mode === 'memory-leak')?.verdict ?? 'ruled-out').toBe('ruled-out');
});

test.each<[string, Case]>([
  ['a sawtooth in the metrics', { lived: 600, memory: [50, 90, 130, 170, 210, 245, 50, 92, 131, 168, 212, 244] }],
  [
    'a counter in the log that only grows',
    { lived: 20, log: 'sessions=100\nsessions=220\nsessions=310\nsessions=405\nsessions=520' },
  ],
  [
    'growing heap in JSON lines',
    {
      lived: 300,
      log: '{"msg":"gc","heapUsed": 81.2}\n{"msg":"gc","heapUsed": 120.5}\n{"msg":"gc","heapUsed": 170.9}\n{"msg":"gc","heapUsed": 221.0}\n{"msg":"gc","heapUsed": 249.3}',
    },
  ],
  [
    "node's own warning",
    {
      lived: 900,
      log: '(node:1) MaxListenersExceededWarning: Possible EventEmitter memory leak detected. 11 data listeners added',
      restarts: 4,
    },
  ],
])('given %s, then it leaks', (_, given) => {
  expect(killed(given)[0]).toMatchObject({ mode: 'memory-leak', entity: deployment('indexer') });
});

test('given long lives and nothing else, then a leak is the better guess, with little confidence', () => {
  const [first] = killed({ lived: 1800, restarts: 4 });
  expect(first).toMatchObject({ mode: 'memory-leak' });
  expect(first!.confidence).toBeLessThan(0.7);
});

test('given throughput that grows and memory that does not, then it is no leak', () => {
  const found = killed({ lived: 3, log: 'processed=100\nprocessed=200\nprocessed=300\nprocessed=400\nprocessed=500' });
  expect(found[0]).toMatchObject({ mode: 'oom-killed' });
});

test('given a kill before the container came to be, then the limit is too small', () => {
  const status = { ready: false, restartCount: 0, state: { waiting: { reason: 'ContainerCreating' } } };
  const found = diagnose(
    dossier({
      objects: [
        workload('indexer', {
          status,
          pod: { phase: 'Pending' },
          container: { resources: { limits: { memory: '4Mi' } } },
        }),
      ],
      members: [[deployment('indexer'), 'sandbox-failed']],
      events: [
        event(
          pod('indexer'),
          'FailedCreatePodSandBox',
          'OCI runtime create failed: runc create failed: unable to start container process: container init was OOM-killed (memory limit too low?): unknown',
        ),
      ],
    }),
  );
  expect(found.hypotheses[0]).toMatchObject({ mode: 'oom-killed', entity: deployment('indexer') });
});

test.each<[string, readonly number[], string]>([
  ['level until a burst', [90, 92, 91, 92, 93, 92, 91, 230, 90, 92, 91, 93], 'oom-killed'],
  ['climbing', [60, 90, 120, 150, 180, 210, 240, 60, 90, 120, 150, 180], 'memory-leak'],
])('given memory %s %j in lives of a while, then it is %s', (_, memory, mode) => {
  expect(killed({ lived: 90, restarts: 4, memory })[0]).toMatchObject({ mode, entity: deployment('indexer') });
});
