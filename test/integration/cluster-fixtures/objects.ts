// Kubernetes objects in few words.
import type { KubernetesObject } from '../../servers/index.ts';

export const configMap = (name: string, data: Readonly<Record<string, string>> = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data,
});

export const secret = (name: string, data: Readonly<Record<string, string>>, more: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'default' },
  stringData: data,
  ...more,
});

/** Without a node that would be full. */
export const service = (name: string, selector: Readonly<Record<string, string>>): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec: { selector, ports: [{ port: 80 }] },
});

export const event = (name: string, reason: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name, namespace: 'default' },
  involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'cart-1' },
  reason,
  message: `${reason} of cart-1`,
  type: 'Warning',
  count: 1,
  source: { component: 'kubelet', host: 'n1' },
  firstTimestamp: new Date().toISOString().replace(/\.\d+/, ''),
  lastTimestamp: new Date().toISOString().replace(/\.\d+/, ''),
});
