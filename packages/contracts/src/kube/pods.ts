// Pods, and what templates of workloads have in common with them.
import { z } from 'zod';
import {
  conditions,
  flag,
  head,
  intOrString,
  labelSelector,
  list,
  localRef,
  map,
  num,
  opt,
  quantities,
  quantity,
  text,
} from './fields.ts';

const probe = opt(
  z.object({
    httpGet: opt(z.object({ path: text, port: intOrString, scheme: text, host: text })),
    tcpSocket: opt(z.object({ port: intOrString, host: text })),
    grpc: opt(z.object({ port: intOrString, service: text })),
    exec: opt(z.object({ command: list(z.string()) })),
    initialDelaySeconds: num,
    timeoutSeconds: num,
    periodSeconds: num,
    successThreshold: num,
    failureThreshold: num,
  }),
);

const container = z.object({
  name: z.string().catch(''),
  image: text,
  imagePullPolicy: text,
  command: list(z.string()),
  args: list(z.string()),
  workingDir: text,
  ports: list(z.object({ name: text, containerPort: num, hostPort: num, protocol: text })),
  env: list(
    z.object({
      name: z.string(),
      value: text,
      valueFrom: opt(
        z.object({
          secretKeyRef: localRef,
          configMapKeyRef: localRef,
          fieldRef: opt(z.object({ fieldPath: text })),
          resourceFieldRef: opt(z.object({ resource: text })),
        }),
      ),
    }),
  ),
  envFrom: list(z.object({ prefix: text, secretRef: localRef, configMapRef: localRef })),
  resources: opt(z.object({ limits: quantities, requests: quantities })),
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
  volumeMounts: list(z.object({ name: text, mountPath: text, subPath: text, readOnly: flag })),
  securityContext: opt(
    z.object({ runAsUser: num, runAsGroup: num, runAsNonRoot: flag, readOnlyRootFilesystem: flag, privileged: flag }),
  ),
  restartPolicy: text,
});
export type Container = z.infer<typeof container>;
export type Probe = NonNullable<z.infer<typeof probe>>;

const nodeSelectorTerm = z.object({
  matchExpressions: list(z.object({ key: z.string(), operator: text, values: list(z.string()) })),
  matchFields: list(z.object({ key: z.string(), operator: text, values: list(z.string()) })),
});
const podAffinityTerm = z.object({ topologyKey: text, labelSelector, namespaces: list(z.string()) });

const projectedSource = z.object({
  secret: opt(z.object({ name: text, optional: flag })),
  configMap: opt(z.object({ name: text, optional: flag })),
});

export const podSpec = opt(
  z.object({
    containers: list(container),
    initContainers: list(container),
    nodeName: text,
    nodeSelector: map,
    affinity: opt(
      z.object({
        nodeAffinity: opt(
          z.object({
            requiredDuringSchedulingIgnoredDuringExecution: opt(
              z.object({ nodeSelectorTerms: list(nodeSelectorTerm) }),
            ),
          }),
        ),
        podAffinity: opt(z.object({ requiredDuringSchedulingIgnoredDuringExecution: list(podAffinityTerm) })),
        podAntiAffinity: opt(z.object({ requiredDuringSchedulingIgnoredDuringExecution: list(podAffinityTerm) })),
      }),
    ),
    tolerations: list(z.object({ key: text, operator: text, value: text, effect: text, tolerationSeconds: num })),
    topologySpreadConstraints: list(
      z.object({ topologyKey: text, whenUnsatisfiable: text, maxSkew: num, labelSelector }),
    ),
    serviceAccountName: text,
    imagePullSecrets: list(z.object({ name: text })),
    restartPolicy: text,
    priority: num,
    priorityClassName: text,
    schedulerName: text,
    runtimeClassName: text,
    hostNetwork: flag,
    dnsPolicy: text,
    hostname: text,
    subdomain: text,
    terminationGracePeriodSeconds: num,
    securityContext: opt(z.object({ runAsUser: num, runAsGroup: num, runAsNonRoot: flag, fsGroup: num })),
    volumes: list(
      z.object({
        name: text,
        persistentVolumeClaim: opt(z.object({ claimName: text, readOnly: flag })),
        configMap: opt(z.object({ name: text, optional: flag, items: list(z.object({ key: text, path: text })) })),
        secret: opt(z.object({ secretName: text, optional: flag, items: list(z.object({ key: text, path: text })) })),
        hostPath: opt(z.object({ path: text, type: text })),
        emptyDir: opt(z.object({ medium: text, sizeLimit: quantity })),
        csi: opt(z.object({ driver: text })),
        nfs: opt(z.object({ server: text, path: text })),
        projected: opt(z.object({ sources: list(projectedSource) })),
      }),
    ),
    /** Summed requests where a capture has no containers. */
    resources: opt(z.object({ requests: quantities, limits: quantities })),
  }),
);
export type PodSpec = NonNullable<z.infer<typeof podSpec>>;

export const podTemplate = opt(z.object({ metadata: opt(z.object({ labels: map, annotations: map })), spec: podSpec }));

const terminated = opt(
  z.object({ exitCode: num, signal: num, reason: text, message: text, startedAt: text, finishedAt: text }),
);
const containerState = opt(
  z.object({
    waiting: opt(z.object({ reason: text, message: text })),
    running: opt(z.object({ startedAt: text })),
    terminated,
  }),
);
export const containerStatus = z.object({
  name: z.string().catch(''),
  image: text,
  imageID: text,
  ready: flag,
  started: flag,
  restartCount: num,
  state: containerState,
  lastState: containerState,
});
export type ContainerStatus = z.infer<typeof containerStatus>;

export const podSchemas = {
  Pod: z.object({
    ...head('Pod'),
    spec: podSpec,
    status: opt(
      z.object({
        phase: text,
        reason: text,
        message: text,
        podIP: text,
        hostIP: text,
        qosClass: text,
        nominatedNodeName: text,
        startTime: text,
        conditions,
        initContainerStatuses: list(containerStatus),
        containerStatuses: list(containerStatus),
      }),
    ),
  }),
};
