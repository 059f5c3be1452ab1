// Facts of Kubernetes objects: the fields that matter to Winnow, in Kubernetes' own shape. A field that is missing or has
// another type than Kubernetes gives it is unknown (undefined), never an error; what is not named here is left out.
import { z } from 'zod';
import { qualifiedKind } from './kinds.ts';

const opt = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);
const text = opt(z.string());
const num = opt(z.number());
const flag = opt(z.boolean());
/** Elements that do not fit are left out; the others are kept. */
const list = <T extends z.ZodType>(element: T) =>
  opt(
    z.array(z.unknown()).transform((all) =>
      all.flatMap((each) => {
        const parsed = element.safeParse(each);
        return parsed.success ? [parsed.data as z.output<T>] : [];
      }),
    ),
  );
const map = opt(
  z
    .record(z.string(), z.unknown())
    .transform(
      (all) =>
        Object.fromEntries(
          Object.entries(all).flatMap(([k, v]) => (v === null || typeof v === 'object' ? [] : [[k, String(v)]])),
        ) as Record<string, string>,
    ),
);
const intOrString = opt(z.union([z.number(), z.string()]));
const quantity = opt(z.union([z.string(), z.number()]).transform(String));
const quantities = map;

const metadata = z.object({
  name: z.string(),
  namespace: text,
  uid: text,
  resourceVersion: text,
  generation: num,
  creationTimestamp: text,
  deletionTimestamp: text,
  labels: map,
  annotations: map,
  ownerReferences: list(
    z.object({ apiVersion: text, kind: z.string(), name: z.string(), uid: text, controller: flag }),
  ),
});

const condition = z.object({
  type: z.string(),
  status: text,
  reason: text,
  message: text,
  lastTransitionTime: text,
  lastUpdateTime: text,
});
const conditions = list(condition);
const labelSelector = opt(
  z.object({
    matchLabels: map,
    matchExpressions: list(z.object({ key: z.string(), operator: text, values: list(z.string()) })),
  }),
);
const localRef = opt(z.object({ name: text, key: text, optional: flag }));

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

const podSpec = opt(
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

const podTemplate = opt(z.object({ metadata: opt(z.object({ labels: map, annotations: map })), spec: podSpec }));

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
const containerStatus = z.object({
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

const head = <K extends string>(kind: K) => ({ kind: z.literal(kind), apiVersion: text, metadata });
const servicePort = z.object({
  name: text,
  port: num,
  targetPort: intOrString,
  nodePort: num,
  protocol: text,
  appProtocol: text,
});
const ingressBackend = opt(
  z.object({
    service: opt(z.object({ name: text, port: opt(z.object({ number: num, name: text })) })),
    resource: opt(z.object({ kind: text, name: text })),
    serviceName: text,
    servicePort: intOrString,
  }),
);
const endpointAddress = z.object({
  ip: text,
  nodeName: text,
  targetRef: opt(z.object({ kind: text, name: text, namespace: text })),
});
const networkPeer = z.object({
  podSelector: labelSelector,
  namespaceSelector: labelSelector,
  ipBlock: opt(z.object({ cidr: text })),
});
const networkPorts = list(z.object({ protocol: text, port: intOrString, endPort: num }));

const schemas = {
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
  Deployment: z.object({
    ...head('Deployment'),
    spec: opt(
      z.object({
        replicas: num,
        paused: flag,
        progressDeadlineSeconds: num,
        selector: labelSelector,
        template: podTemplate,
        strategy: opt(z.object({ type: text })),
      }),
    ),
    status: opt(
      z.object({
        observedGeneration: num,
        replicas: num,
        updatedReplicas: num,
        readyReplicas: num,
        availableReplicas: num,
        unavailableReplicas: num,
        conditions,
      }),
    ),
  }),
  ReplicaSet: z.object({
    ...head('ReplicaSet'),
    spec: opt(z.object({ replicas: num, selector: labelSelector, template: podTemplate })),
    status: opt(
      z.object({ observedGeneration: num, replicas: num, readyReplicas: num, availableReplicas: num, conditions }),
    ),
  }),
  StatefulSet: z.object({
    ...head('StatefulSet'),
    spec: opt(
      z.object({
        replicas: num,
        serviceName: text,
        selector: labelSelector,
        template: podTemplate,
        volumeClaimTemplates: list(
          z.object({ metadata: opt(z.object({ name: text })), spec: opt(z.object({ storageClassName: text })) }),
        ),
      }),
    ),
    status: opt(
      z.object({
        observedGeneration: num,
        replicas: num,
        readyReplicas: num,
        availableReplicas: num,
        currentReplicas: num,
        updatedReplicas: num,
        currentRevision: text,
        updateRevision: text,
        conditions,
      }),
    ),
  }),
  DaemonSet: z.object({
    ...head('DaemonSet'),
    spec: opt(z.object({ selector: labelSelector, template: podTemplate })),
    status: opt(
      z.object({
        observedGeneration: num,
        desiredNumberScheduled: num,
        currentNumberScheduled: num,
        numberReady: num,
        numberAvailable: num,
        numberUnavailable: num,
        numberMisscheduled: num,
        updatedNumberScheduled: num,
        conditions,
      }),
    ),
  }),
  Job: z.object({
    ...head('Job'),
    spec: opt(
      z.object({
        parallelism: num,
        completions: num,
        backoffLimit: num,
        activeDeadlineSeconds: num,
        suspend: flag,
        template: podTemplate,
      }),
    ),
    status: opt(
      z.object({ active: num, succeeded: num, failed: num, startTime: text, completionTime: text, conditions }),
    ),
  }),
  CronJob: z.object({
    ...head('CronJob'),
    spec: opt(
      z.object({
        schedule: text,
        suspend: flag,
        jobTemplate: opt(z.object({ spec: opt(z.object({ backoffLimit: num, template: podTemplate })) })),
      }),
    ),
    status: opt(z.object({ lastScheduleTime: text, lastSuccessfulTime: text, active: list(z.object({ name: text })) })),
  }),
  Service: z.object({
    ...head('Service'),
    spec: opt(
      z.object({
        type: text,
        clusterIP: text,
        externalName: text,
        selector: map,
        ports: list(servicePort),
        publishNotReadyAddresses: flag,
        sessionAffinity: text,
      }),
    ),
    status: opt(z.object({ loadBalancer: opt(z.object({ ingress: list(z.object({ ip: text, hostname: text })) })) })),
  }),
  Endpoints: z.object({
    ...head('Endpoints'),
    subsets: list(
      z.object({
        addresses: list(endpointAddress),
        notReadyAddresses: list(endpointAddress),
        ports: list(z.object({ name: text, port: num, protocol: text })),
      }),
    ),
  }),
  EndpointSlice: z.object({
    ...head('EndpointSlice'),
    endpoints: list(
      z.object({
        addresses: list(z.string()),
        conditions: opt(z.object({ ready: flag, serving: flag, terminating: flag })),
        nodeName: text,
        targetRef: opt(z.object({ kind: text, name: text, namespace: text })),
      }),
    ),
    ports: list(z.object({ name: text, port: num, protocol: text })),
  }),
  Ingress: z.object({
    ...head('Ingress'),
    spec: opt(
      z.object({
        ingressClassName: text,
        defaultBackend: ingressBackend,
        tls: list(z.object({ secretName: text, hosts: list(z.string()) })),
        rules: list(
          z.object({
            host: text,
            http: opt(z.object({ paths: list(z.object({ path: text, pathType: text, backend: ingressBackend })) })),
          }),
        ),
      }),
    ),
    status: opt(z.object({ loadBalancer: opt(z.object({ ingress: list(z.object({ ip: text, hostname: text })) })) })),
  }),
  IngressClass: z.object({ ...head('IngressClass'), spec: opt(z.object({ controller: text })) }),
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
  PersistentVolumeClaim: z.object({
    ...head('PersistentVolumeClaim'),
    spec: opt(
      z.object({
        accessModes: list(z.string()),
        storageClassName: text,
        volumeName: text,
        volumeMode: text,
        selector: labelSelector,
        resources: opt(z.object({ requests: quantities })),
      }),
    ),
    status: opt(z.object({ phase: text, capacity: quantities, accessModes: list(z.string()), conditions })),
  }),
  PersistentVolume: z.object({
    ...head('PersistentVolume'),
    spec: opt(
      z.object({
        capacity: quantities,
        accessModes: list(z.string()),
        storageClassName: text,
        persistentVolumeReclaimPolicy: text,
        volumeMode: text,
        claimRef: opt(z.object({ namespace: text, name: text, uid: text })),
        csi: opt(z.object({ driver: text })),
        hostPath: opt(z.object({ path: text })),
        nfs: opt(z.object({ server: text, path: text })),
      }),
    ),
    status: opt(z.object({ phase: text, reason: text, message: text })),
  }),
  StorageClass: z.object({ ...head('StorageClass'), provisioner: text, volumeBindingMode: text, reclaimPolicy: text }),
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
  NetworkPolicy: z.object({
    ...head('NetworkPolicy'),
    spec: opt(
      z.object({
        podSelector: labelSelector,
        policyTypes: list(z.string()),
        ingress: list(z.object({ from: list(networkPeer), ports: networkPorts })),
        egress: list(z.object({ to: list(networkPeer), ports: networkPorts })),
      }),
    ),
  }),
};

type Schemas = typeof schemas;
/** The facts of one kind, e.g. `KubeKind<'Pod'>`. */
export type KubeKind<K extends keyof Schemas> = Readonly<z.infer<Schemas[K]>>;
export type Pod = KubeKind<'Pod'>;
export type Deployment = KubeKind<'Deployment'>;
export type Service = KubeKind<'Service'>;
export type Node = KubeKind<'Node'>;
/** A custom or unnamed kind: only what all objects have. */
export type OtherObject = {
  readonly kind: 'Other';
  readonly otherKind: string;
  readonly apiVersion?: string | undefined;
  readonly metadata: z.infer<typeof metadata>;
  readonly status?: { readonly conditions?: z.infer<typeof conditions> } | undefined;
};

/** Facts of one object. Narrow by `kind`; kinds without facts of their own are `Other`, with their kind in `otherKind`. */
export type KubeObject = { [K in keyof Schemas]: KubeKind<K> }[keyof Schemas] | OtherObject;

const other = z.object({
  kind: z.literal('Other'),
  otherKind: z.string(),
  apiVersion: text,
  metadata,
  status: opt(z.object({ conditions })),
});

/** Reads facts that Winnow wrote itself. */
export const kubeObjectSchema = z.union([
  z.discriminatedUnion('kind', Object.values(schemas) as unknown as [z.ZodObject<{ kind: z.ZodLiteral<string> }>]),
  other,
]) as unknown as z.ZodType<KubeObject>;

const rawHead = z.looseObject({ kind: z.string().min(1), metadata: z.looseObject({ name: z.string().min(1) }) });

/**
 * The facts of an object as the API server or kubectl writes it.
 * @returns the facts, or what was expected at which field.
 */
export function readKubeObject(
  raw: unknown,
): { readonly object: KubeObject } | { readonly field: string; readonly expected: string } {
  const parsed = rawHead.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { field: issue?.path.join('.') || 'object', expected: 'a Kubernetes object with kind and metadata.name' };
  }
  const kind = qualifiedKind(parsed.data.kind, parsed.data.apiVersion);
  const schema = Object.hasOwn(schemas, kind) ? (schemas as Record<string, z.ZodType>)[kind] : undefined;
  const facts = schema ? schema.parse(raw) : other.parse({ ...parsed.data, kind: 'Other', otherKind: kind });
  return { object: facts as KubeObject };
}

/** The kind as Kubernetes names it, also of custom resources. */
export function kindOf(object: KubeObject): string {
  return object.kind === 'Other' ? object.otherKind : object.kind;
}
