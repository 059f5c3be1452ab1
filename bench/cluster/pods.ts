// Pods as workloads have them: two containers with env, probes and volumes, about 6 KiB of JSON each as an API server lists them.
import { createHash } from 'node:crypto';

/** When a pod was last written, milliseconds since 1970: what a telling of it lags behind. */
export const WRITTEN = 'bench.winnow.dev/written';

const REPLICAS = 20;

const env = Array.from({ length: 12 }, (_, i) => ({
  name: `SETTING_${i}`,
  value: `value-${i}.svc.cluster.local:80${i}`,
}));
const probe = { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 10, failureThreshold: 3 };
const container = (name: string) => ({
  name,
  image: `registry.example/shop/${name}:1.2.3`,
  ports: [{ containerPort: 8080, name: 'http' }],
  env,
  resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
  livenessProbe: probe,
  readinessProbe: probe,
  volumeMounts: [{ name: 'config', mountPath: '/etc/shop' }],
});

export const podName = (i: number): string =>
  `app-${Math.floor(i / REPLICAS)}-5d4f8c7b9d-${String(i % REPLICAS).padStart(5, '0')}`;

export function pod(i: number, nodes: number) {
  const app = `app-${Math.floor(i / REPLICAS)}`;
  const hash = '5d4f8c7b9d';
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: podName(i),
      namespace: 'default',
      labels: { app, 'pod-template-hash': hash, team: `team-${i % 7}` },
      annotations: { [WRITTEN]: String(Date.now()) },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: `${app}-${hash}`,
          uid: uidOf(`rs-${app}`),
          controller: true,
        },
      ],
    },
    spec: {
      nodeName: `node-${i % nodes}`,
      containers: [container('web'), container('sidecar')],
      volumes: [{ name: 'config', configMap: { name: `${app}-config` } }],
      tolerations: [
        { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
      ],
    },
  };
}

/** As a kubelet and the API server complete it. */
export function storedPod(i: number, nodes: number, resourceVersion: number) {
  const { metadata, spec, ...head } = pod(i, nodes);
  const at = '2026-03-08T15:00:00Z';
  const condition = (type: string) => ({ type, status: 'True', lastProbeTime: null, lastTransitionTime: at });
  const status = ({ name, image }: { name: string; image: string }) => ({
    ...{ name, image, imageID: `sha256:${uidOf(image)}`, containerID: `containerd://${uidOf(name)}`, ready: true },
    ...{ started: true, restartCount: 0, lastState: {}, state: { running: { startedAt: at } } },
  });
  const managedFields = ['kube-controller-manager', 'kubelet'].map((manager) => ({
    ...{ manager, operation: 'Update', apiVersion: 'v1', time: at, fieldsType: 'FieldsV1' },
    fieldsV1: Object.fromEntries(
      Object.keys(spec).map((field) => [`f:${field}`, { '.': {}, [`k:{"name":"${field}"}`]: {} }]),
    ),
  }));
  return {
    ...head,
    metadata: {
      ...metadata,
      uid: uidOf(metadata.name),
      resourceVersion: String(resourceVersion),
      creationTimestamp: at,
      managedFields,
    },
    spec,
    status: {
      phase: 'Running',
      conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map(condition),
      ...{ hostIP: '10.0.0.1', podIP: `10.1.${(i >> 8) & 255}.${i & 255}`, startTime: at, qosClass: 'Burstable' },
      containerStatuses: spec.containers.map(status),
    },
  };
}

/** Looks like a uid, and is always the same. */
function uidOf(text: string): string {
  const hex = createHash('md5').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
