import { entityKey } from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import { alert, deployment, givenStage, object, pod, podName, replicaSet } from '../testing/given.ts';

const exporter = {
  job: 'kube-state-metrics',
  endpoint: 'http',
  instance: '10.0.0.9:8080',
  service: 'monitoring-kube-state-metrics',
  container: 'kube-state-metrics',
  pod: 'monitoring-kube-state-metrics-6c9c7f8b4d-x7k2p',
};
const scraped = { ...exporter, pod: podName('api'), container: 'app' };

const node = {
  kind: 'Node',
  metadata: { name: 'n1' },
  status: {
    addresses: [{ type: 'InternalIP', address: '10.0.1.11' }],
    conditions: [{ type: 'Ready', status: 'True' }],
  },
};

function toldBy(alertname: string, labels: Record<string, string>) {
  const stage = givenStage();
  stage.arrives(0, 'kubernetes.object', [
    object(node),
    object(deployment('api')),
    object(replicaSet('api')),
    object(pod('api')),
  ]);
  const { told } = stage.arrives(1, 'alertmanager.alerts', [alert(alertname, labels)]);
  const signal = told[0]?.signal;
  return signal && `${signal.symptom} ${entityKey(signal.entity)} ${signal.severity}`;
}

describe('what an alert is about', () => {
  it.each([
    [
      'the workload label, not the exporter that measured it',
      'KubeDeploymentReplicasMismatch',
      { ...exporter, deployment: 'api' },
      'replicas-missing Deployment/shop/api medium',
    ],
    [
      'the owner of the pod that kube-state-metrics names',
      'KubePodCrashLooping',
      scraped,
      'crash-loop Deployment/shop/api high',
    ],
    [
      'the waiting reason that kube-state-metrics tells',
      'KubeContainerWaiting',
      { ...scraped, reason: 'ImagePullBackOff' },
      'image-pull Deployment/shop/api high',
    ],
    [
      'a claim',
      'KubePersistentVolumeFillingUp',
      {
        job: 'kubelet',
        service: 'kubelet',
        instance: '10.0.1.11:10250',
        persistentvolumeclaim: 'data',
        severity: 'critical',
      },
      'volume-full PersistentVolumeClaim/shop/data critical',
    ],
    [
      'a CronJob by the name of its Job',
      'KubeJobFailed',
      { ...exporter, job_name: 'backup-29384756' },
      'job-failed CronJob/shop/backup medium',
    ],
    ['a node by name', 'KubeNodeNotReady', { ...exporter, node: 'n1' }, 'node-not-ready Node//n1 high'],
    [
      'a node by the address of its exporter',
      'NodeSystemSaturation',
      {
        job: 'node-exporter',
        service: 'node-exporter',
        instance: '10.0.1.11:9100',
        pod: 'node-exporter-pptb5',
        container: 'node-exporter',
      },
      'saturation Node//n1 medium',
    ],
    [
      'the workload of the name that tracing uses',
      'HighRequestLatency',
      { service_name: 'api', severity: 'critical' },
      'latency-high Deployment/shop/api critical',
    ],
    [
      'a service that is not known as an object',
      'NoRequestsReceived',
      { service_name: 'quote' },
      'traffic-lost Service/shop/quote high',
    ],
    [
      'the service that is called, in a mesh',
      'HighRequestErrorRate',
      {
        source_canonical_service: 'web',
        destination_canonical_service: 'cart',
        destination_workload_namespace: 'other',
      },
      'request-errors Service/other/cart high',
    ],
    [
      'the namespace, where nothing narrower is named',
      'KubeQuotaFullyUsed',
      { resource: 'pods', severity: 'info' },
      'quota-full Namespace//shop low',
    ],
    [
      'the cluster, for its control plane',
      'KubeAPIDown',
      { job: 'apiserver', severity: 'critical' },
      'control-plane Cluster//prod critical',
    ],
  ])('%s', (_what, name, labels, expected) => {
    expect(toldBy(name, labels)).toBe(expected);
  });
});
