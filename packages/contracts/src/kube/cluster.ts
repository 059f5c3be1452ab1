// Nodes, namespaces and their limits, configuration, autoscalers.
import { z } from 'zod';
import { conditions, flag, head, intOrString, labelSelector, list, map, num, opt, quantities, text } from './fields.ts';

export const clusterSchemas = {
  Node: z.object({
    ...head('Node'),
    spec: opt(
      z.object({
        unschedulable: flag,
        providerID: text,
        taints: list(z.object({ key: text, value: text, effect: text, timeAdded: text })),
      }),
    ),
    status: opt(
      z.object({
        capacity: quantities,
        allocatable: quantities,
        conditions,
        addresses: list(z.object({ type: text, address: text })),
        nodeInfo: opt(
          z.object({ architecture: text, operatingSystem: text, kubeletVersion: text, containerRuntimeVersion: text }),
        ),
      }),
    ),
  }),
  Namespace: z.object({ ...head('Namespace'), status: opt(z.object({ phase: text, conditions })) }),
  /** Values are redacted and cut at 4 KiB; `hashes` tell whether they changed. */
  ConfigMap: z.object({ ...head('ConfigMap'), data: map, hashes: map }),
  /** Key names only; values are dropped while parsing. */
  Secret: z.object({ ...head('Secret'), type: text, keys: list(z.string()) }),
  ServiceAccount: z.object({ ...head('ServiceAccount'), imagePullSecrets: list(z.object({ name: text })) }),
  ResourceQuota: z.object({
    ...head('ResourceQuota'),
    spec: opt(z.object({ hard: quantities })),
    status: opt(z.object({ hard: quantities, used: quantities })),
  }),
  LimitRange: z.object({
    ...head('LimitRange'),
    spec: opt(
      z.object({
        limits: list(
          z.object({ type: text, max: quantities, min: quantities, default: quantities, defaultRequest: quantities }),
        ),
      }),
    ),
  }),
  HorizontalPodAutoscaler: z.object({
    ...head('HorizontalPodAutoscaler'),
    spec: opt(
      z.object({ scaleTargetRef: opt(z.object({ kind: text, name: text })), minReplicas: num, maxReplicas: num }),
    ),
    status: opt(z.object({ currentReplicas: num, desiredReplicas: num, conditions })),
  }),
  PodDisruptionBudget: z.object({
    ...head('PodDisruptionBudget'),
    spec: opt(z.object({ minAvailable: intOrString, maxUnavailable: intOrString, selector: labelSelector })),
    status: opt(
      z.object({ disruptionsAllowed: num, currentHealthy: num, desiredHealthy: num, expectedPods: num, conditions }),
    ),
  }),
};
