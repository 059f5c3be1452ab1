// Incidents as data: the objects, what the containers do, and whose fault it is.
import type { KubernetesObject } from '../../servers/index.ts';
import { MENDED } from '../../servers/stage/pod-stages.ts';
import type { Scenario } from '../../servers/stage/scenario.ts';

export interface StagedIncident extends Scenario {
  /** The first hypothesis that names the cause. */
  readonly cause: { readonly kind: string; readonly name: string; readonly mode: string };
  /** Workloads that fail with it: no incident of their own may blame them. */
  readonly victims: readonly string[];
}

interface Workload {
  readonly namespace: string;
  readonly app: string;
  readonly image: string;
  readonly replicas?: number;
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
  readonly envFrom?: readonly object[];
  readonly pod?: object;
  /** Its pods run from the start. */
  readonly mended?: boolean;
}

function deployment(workload: Workload): KubernetesObject {
  const {
    namespace,
    app,
    image,
    replicas = 1,
    port = 8080,
    env = {},
    envFrom = [],
    pod = {},
    mended = false,
  } = workload;
  const { requests = { cpu: '50m', memory: '64Mi' }, limits = { memory: '128Mi' } } = workload;
  const container = {
    name: app,
    image,
    ports: [{ name: 'http', containerPort: port }],
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    envFrom,
    resources: { requests, limits },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: app, namespace, labels: { app } },
    spec: {
      replicas,
      progressDeadlineSeconds: 60,
      selector: { matchLabels: { app } },
      template: {
        metadata: { labels: mended ? { app, [MENDED]: 'yes' } : { app } },
        spec: { containers: [container], ...pod },
      },
    },
  };
}

function service(namespace: string, name: string, app = name, port = 8080): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { selector: { app }, ports: [{ name: 'http', port, targetPort: port }] },
  };
}

const wrongSelector: StagedIncident = {
  name: 'a Service that selects no pods, and two callers in a row that crash with it',
  namespace: 'orders',
  cause: { kind: 'Service', name: 'session-cache', mode: 'service-selector-mismatch' },
  victims: ['order-processor', 'order-mailer'],
  objects: [
    deployment({
      namespace: 'orders',
      app: 'session-cache',
      image: 'docker.io/library/redis:7.4-alpine',
      port: 6379,
      replicas: 2,
    }),
    service('orders', 'session-cache', 'sessions-cache', 6379),
    deployment({
      namespace: 'orders',
      app: 'order-processor',
      image: 'registry.acme.example/orders/order-processor:4.2.0',
      env: { REDIS_HOST: 'session-cache', REDIS_PORT: '6379' },
    }),
    service('orders', 'order-processor'),
    deployment({
      namespace: 'orders',
      app: 'order-mailer',
      image: 'registry.acme.example/orders/order-mailer:2.9.1',
      env: { ORDER_PROCESSOR_URL: 'http://order-processor:8080' },
    }),
  ],
  mend: [service('orders', 'session-cache', 'session-cache', 6379)],
  behaviours: {
    'session-cache': { does: 'run', log: ['1:M * Ready to accept connections tcp'] },
    'order-processor': {
      does: 'crash',
      exitCode: 1,
      reason: 'Error',
      log: [
        'INFO order_processor: order-processor 4.2.0 starting',
        'INFO order_processor.worker: connecting to redis session-cache:6379',
        'ERROR order_processor.worker: cannot reach cache, giving up after 3 attempts',
        'redis.exceptions.ConnectionError: Error 111 connecting to session-cache:6379. Connection refused.',
      ],
    },
    'order-mailer': {
      does: 'crash',
      exitCode: 1,
      reason: 'Error',
      log: [
        'INFO order_mailer: polling http://order-processor:8080/orders/pending',
        'ERROR order_mailer: GET http://order-processor:8080/orders/pending failed: [Errno 111] Connection refused',
      ],
    },
  },
};

const missingConfig: StagedIncident = {
  name: 'a container that crashes again and again for a variable that is not set',
  namespace: 'billing',
  cause: { kind: 'Deployment', name: 'invoices', mode: 'env-var-missing' },
  victims: [],
  objects: [
    deployment({ namespace: 'billing', app: 'invoices', image: 'registry.acme.example/billing/invoices:1.8.0' }),
    service('billing', 'invoices'),
  ],
  mend: [
    deployment({
      namespace: 'billing',
      app: 'invoices',
      image: 'registry.acme.example/billing/invoices:1.8.0',
      env: { LEDGER_URL: 'http://ledger:8080' },
      mended: true,
    }),
  ],
  behaviours: {
    invoices: {
      does: 'crash',
      exitCode: 1,
      reason: 'Error',
      log: [
        'INFO invoices: invoices 1.8.0 starting',
        'FATAL invoices: required environment variable LEDGER_URL is not set',
      ],
    },
  },
};

const killedForMemory: StagedIncident = {
  name: 'a container that needs more memory than its limit as soon as it starts',
  namespace: 'pricing',
  cause: { kind: 'Deployment', name: 'price-cache', mode: 'oom-killed' },
  victims: [],
  objects: [
    deployment({
      namespace: 'pricing',
      app: 'price-cache',
      image: 'registry.acme.example/pricing/price-cache:1.4.0',
      env: { CACHE_SIZE_MB: '200' },
      limits: { memory: '64Mi' },
    }),
  ],
  behaviours: {
    'price-cache': {
      does: 'crash',
      exitCode: 137,
      reason: 'OOMKilled',
      log: [
        'INFO price_cache: price-cache 1.4.0 starting',
        'INFO price_cache: loading 200 MiB of reference data into memory',
        'INFO price_cache: 32 MiB of 200 MiB loaded',
      ],
    },
  },
};

const wrongTag = 'registry.acme.example/search/indexer:2.1.O';

const imageNotFound: StagedIncident = {
  name: 'an image whose tag does not exist',
  namespace: 'search',
  cause: { kind: 'Deployment', name: 'indexer', mode: 'image-not-found' },
  victims: [],
  objects: [deployment({ namespace: 'search', app: 'indexer', image: wrongTag })],
  mend: [
    deployment({
      namespace: 'search',
      app: 'indexer',
      image: 'registry.acme.example/search/indexer:2.1.0',
      mended: true,
    }),
  ],
  behaviours: {
    indexer: {
      does: 'wait',
      reason: 'ImagePullBackOff',
      message: `Failed to pull image "${wrongTag}": failed to pull and unpack image "${wrongTag}": failed to resolve reference "${wrongTag}": ${wrongTag}: not found`,
    },
  },
};

const missingSecret: StagedIncident = {
  name: 'a container that cannot be created for a Secret that is not there',
  namespace: 'accounts',
  cause: { kind: 'Deployment', name: 'user-service', mode: 'missing-secret' },
  victims: [],
  objects: [
    deployment({
      namespace: 'accounts',
      app: 'user-service',
      image: 'registry.acme.example/accounts/user-service:2.8.1',
      envFrom: [{ secretRef: { name: 'db-credentials' } }],
    }),
  ],
  behaviours: {
    'user-service': {
      does: 'wait',
      reason: 'CreateContainerConfigError',
      message: 'secret "db-credentials" not found',
    },
  },
};

const quotaRefuses: StagedIncident = {
  name: 'a quota that leaves no room for more pods',
  namespace: 'batch',
  cause: { kind: 'Namespace', name: 'batch', mode: 'quota-pods-exceeded' },
  victims: [],
  objects: [
    {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'pods-of-batch', namespace: 'batch' },
      spec: { hard: { pods: '0' } },
    },
    deployment({ namespace: 'batch', app: 'etl-runner', image: 'registry.acme.example/batch/etl:5.0.0', replicas: 2 }),
  ],
  behaviours: { 'etl-runner': { does: 'nothing', event: 'FailedCreate' } },
};

const noSuchNode: StagedIncident = {
  name: 'pods for nodes with a label that none has',
  namespace: 'render',
  cause: { kind: 'Deployment', name: 'render-farm', mode: 'node-selector-mismatch' },
  victims: [],
  objects: [
    deployment({
      namespace: 'render',
      app: 'render-farm',
      image: 'registry.acme.example/render/farm:4.1.0',
      pod: { nodeSelector: { accelerator: 'nvidia-l4' } },
    }),
  ],
  behaviours: { 'render-farm': { does: 'nothing', event: 'FailedScheduling' } },
};

export const incidents: readonly StagedIncident[] = [
  wrongSelector,
  missingConfig,
  killedForMemory,
  imageNotFound,
  missingSecret,
  quotaRefuses,
  noSuchNode,
];
