// What the graph needs of one object. Pure: the same object gives the same facts.
import {
  type EdgeType,
  type EntityRef,
  entity,
  entityKey,
  type KubeKind,
  type KubeObject,
  kindOf,
  type PodSpec,
  type TopologyFacts,
} from '@winnow/contracts';
import { bareHost, type FoundHost, hostsInSettings, settingsOfConfig } from './hosts-in-settings.ts';
import { type FoundRef, hostsOfPod, refsOfPod } from './pod-facts.ts';

type Labels = Readonly<Record<string, string>>;
interface Found {
  readonly labels?: Labels | undefined;
  readonly selector?: Labels | undefined;
  readonly hosts?: readonly FoundHost[];
  readonly refs?: readonly FoundRef[];
}

/**
 * The topology facts of one object; undefined where it has none (a Namespace, an EndpointSlice).
 * `owner` is the top owner, where the object has one.
 */
export function factsOf(object: KubeObject, owner?: EntityRef): TopologyFacts | undefined {
  const found = foundIn(object);
  const self = entity(kindOf(object), object.metadata.namespace, object.metadata.name);
  const other = owner !== undefined && entityKey(owner) !== entityKey(self) ? owner : undefined;
  if (found === undefined && other === undefined) return undefined;
  return {
    ...(other ? { owner: other } : {}),
    ...(found?.labels ? { labels: found.labels } : {}),
    ...(found?.selector ? { selector: found.selector } : {}),
    ...(found?.hosts?.length ? { hosts: distinctHosts(found.hosts) } : {}),
    ...(found?.refs?.length ? { refs: distinctRefs(found.refs) } : {}),
  };
}

function foundIn(object: KubeObject): Found | undefined {
  const namespace = object.metadata.namespace;
  switch (object.kind) {
    case 'Pod':
      return ofPodSpec(object.spec, object.metadata.labels, namespace);
    case 'Deployment':
    case 'ReplicaSet':
    case 'DaemonSet':
    case 'Job':
      return ofTemplate(object.spec?.template, namespace);
    case 'CronJob':
      return ofTemplate(object.spec?.jobTemplate?.spec?.template, namespace);
    case 'StatefulSet':
      return ofStatefulSet(object);
    case 'Service':
      return ofService(object);
    case 'Ingress':
      return ofIngress(object);
    case 'ConfigMap':
      return ofConfigMap(object);
    case 'Node':
      return {};
    case 'HorizontalPodAutoscaler': {
      const target = object.spec?.scaleTargetRef;
      return { refs: refTo('scales', target?.kind, namespace, target?.name, 'spec.scaleTargetRef') };
    }
    case 'PersistentVolumeClaim':
      return {
        refs: [
          ...refTo('mounts', 'PersistentVolume', undefined, object.spec?.volumeName, 'spec.volumeName'),
          ...refTo('configures', 'StorageClass', undefined, object.spec?.storageClassName, 'spec.storageClassName'),
        ],
      };
    case 'PersistentVolume':
      return {
        refs: refTo('configures', 'StorageClass', undefined, object.spec?.storageClassName, 'spec.storageClassName'),
      };
    case 'ServiceAccount':
      return {
        refs: (object.imagePullSecrets ?? []).flatMap((each) =>
          refTo('configures', 'Secret', namespace, each.name, 'imagePullSecrets'),
        ),
      };
    case 'NetworkPolicy':
      return {
        selector: object.spec?.podSelector?.matchExpressions?.length
          ? undefined
          : (object.spec?.podSelector?.matchLabels ?? {}),
      };
    case 'PodDisruptionBudget':
      return { selector: object.spec?.selector?.matchLabels };
    case 'Secret':
    case 'StorageClass':
    case 'ResourceQuota':
    case 'LimitRange':
    case 'IngressClass':
      return {};
    default:
      return undefined;
  }
}

type Template = NonNullable<KubeKind<'Deployment'>['spec']>['template'];

function ofTemplate(template: Template, namespace: string | undefined): Found {
  return ofPodSpec(template?.spec, template?.metadata?.labels, namespace);
}

/** Labels are given even where there are none: they say that this is what selectors may match. */
function ofPodSpec(spec: PodSpec | undefined, labels: Labels | undefined, namespace: string | undefined): Found {
  if (!spec) return { labels: labels ?? {} };
  return { labels: labels ?? {}, hosts: hostsOfPod(spec), refs: refsOfPod(spec, namespace) };
}

/** A StatefulSet's claims are named after template, set and ordinal. */
function ofStatefulSet(object: KubeKind<'StatefulSet'>): Found {
  const { name, namespace } = object.metadata;
  const base = ofTemplate(object.spec?.template, namespace);
  const replicas = Math.min(object.spec?.replicas ?? 1, 100);
  const claims = (object.spec?.volumeClaimTemplates ?? []).flatMap((template) =>
    Array.from({ length: replicas }, (_, ordinal) =>
      refTo(
        'mounts',
        'PersistentVolumeClaim',
        namespace,
        `${template.metadata?.name}-${name}-${ordinal}`,
        'spec.volumeClaimTemplates',
      ),
    ).flat(),
  );
  return { ...base, refs: [...(base.refs ?? []), ...claims] };
}

function ofService(object: KubeKind<'Service'>): Found {
  const external = object.spec?.type === 'ExternalName' ? bareHost(object.spec.externalName) : undefined;
  const selector = object.spec?.selector;
  return {
    selector: selector && Object.keys(selector).length > 0 ? selector : undefined,
    hosts: external === undefined ? [] : [{ host: external, from: 'spec.externalName' }],
  };
}

function ofIngress(object: KubeKind<'Ingress'>): Found {
  const namespace = object.metadata.namespace;
  const backends = [
    object.spec?.defaultBackend,
    ...(object.spec?.rules ?? []).flatMap((rule) => (rule.http?.paths ?? []).map((path) => path.backend)),
  ];
  return {
    refs: [
      ...backends.flatMap((each) =>
        refTo('routes', 'Service', namespace, each?.service?.name ?? each?.serviceName, 'spec.rules'),
      ),
      ...(object.spec?.tls ?? []).flatMap((each) =>
        refTo('configures', 'Secret', namespace, each.secretName, 'spec.tls'),
      ),
      ...refTo('configures', 'IngressClass', undefined, object.spec?.ingressClassName, 'spec.ingressClassName'),
    ],
  };
}

function ofConfigMap(object: KubeKind<'ConfigMap'>): Found {
  const settings = Object.entries(object.data ?? {})
    .filter(([key]) => !/\.(?:crt|pem|key)$/.test(key))
    .flatMap(([key, content]) => settingsOfConfig(key, content, `data[${key}]`));
  return { hosts: hostsInSettings(settings) };
}

function refTo(
  type: EdgeType,
  kind: string | undefined,
  namespace: string | undefined,
  name: string | undefined,
  from: string,
): FoundRef[] {
  return kind && name ? [{ type, to: entity(kind, namespace, name), from }] : [];
}

function distinctHosts(hosts: readonly FoundHost[]): { host: string; port?: number; from: string }[] {
  const seen = new Map<string, { host: string; port?: number; from: string }>();
  for (const { host, port, from } of hosts) {
    const key = `${host}:${port ?? ''}`;
    if (!seen.has(key)) seen.set(key, { host, ...(port === undefined ? {} : { port }), from });
  }
  return [...seen.values()];
}

function distinctRefs(refs: readonly FoundRef[]): FoundRef[] {
  const seen = new Map<string, FoundRef>();
  for (const ref of refs) {
    const key = `${ref.type} ${entityKey(ref.to)}`;
    if (!seen.has(key)) seen.set(key, ref);
  }
  return [...seen.values()];
}
