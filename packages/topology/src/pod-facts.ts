// What a pod's spec says of other objects: hosts that it calls, and objects that it mounts, reads and runs on.
import { type Container, type EdgeType, type EntityRef, entity, type PodSpec, type Probe } from '@winnow/contracts';
import { bareHost, type FoundHost, hostsInSettings, type Setting, settingsOfArguments } from './hosts-in-settings.ts';

export interface FoundRef {
  readonly type: EdgeType;
  readonly to: EntityRef;
  readonly from: string;
}

/** Objects that every pod has: they tell nothing apart. */
const everywhere = new Set(['ConfigMap/kube-root-ca.crt', 'ServiceAccount/default', 'ConfigMap/istio-ca-root-cert']);

export function hostsOfPod(spec: PodSpec): readonly FoundHost[] {
  return containersOf(spec).flatMap((container) => [
    ...hostsInSettings(settingsOf(container)),
    ...probesOf(container).flatMap(([name, probe]) => hostsOfProbe(name, probe)),
  ]);
}

export function refsOfPod(spec: PodSpec, namespace: string | undefined): readonly FoundRef[] {
  const ref = (type: EdgeType, kind: string, name: string | undefined, from: string): FoundRef[] =>
    name && !everywhere.has(`${kind}/${name}`) ? [{ type, to: entity(kind, namespace, name), from }] : [];
  return [
    ...(spec.nodeName
      ? [{ type: 'runs-on' as const, to: entity('Node', undefined, spec.nodeName), from: 'spec.nodeName' }]
      : []),
    ...ref('configures', 'ServiceAccount', spec.serviceAccountName, 'spec.serviceAccountName'),
    ...(spec.imagePullSecrets ?? []).flatMap((each) => ref('configures', 'Secret', each.name, 'spec.imagePullSecrets')),
    ...(spec.volumes ?? []).flatMap((volume) => volumeRefs(volume, ref)),
    ...containersOf(spec).flatMap((container) => environmentRefs(container, ref)),
    ...(spec.priorityClassName?.startsWith('system-') ? [] : classRefs(spec)),
  ];
}

type Ref = (type: EdgeType, kind: string, name: string | undefined, from: string) => FoundRef[];
type Volume = NonNullable<PodSpec['volumes']>[number];

function containersOf(spec: PodSpec): readonly Container[] {
  return [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
}

function settingsOf(container: Container): readonly Setting[] {
  const env = (container.env ?? []).flatMap((each) =>
    each.value === undefined ? [] : [{ name: each.name, value: each.value, from: `env ${each.name}` }],
  );
  return [
    ...env,
    ...settingsOfArguments(container.command ?? [], 'command'),
    ...settingsOfArguments(container.args ?? [], 'args'),
  ];
}

function probesOf(container: Container): readonly (readonly [string, Probe | undefined])[] {
  return [
    ['livenessProbe', container.livenessProbe],
    ['readinessProbe', container.readinessProbe],
    ['startupProbe', container.startupProbe],
  ];
}

/** A probe without a host asks its own pod. */
function hostsOfProbe(name: string, probe: Probe | undefined): FoundHost[] {
  const given = probe?.httpGet ?? probe?.tcpSocket;
  const host = bareHost(given?.host);
  const port = typeof given?.port === 'number' ? given.port : undefined;
  const direct = host === undefined ? [] : [{ host, ...(port === undefined ? {} : { port }), from: name }];
  return [...direct, ...hostsInSettings(settingsOfArguments(probe?.exec?.command ?? [], name))];
}

function volumeRefs(volume: Volume, ref: Ref): FoundRef[] {
  const from = `spec.volumes[${volume.name ?? ''}]`;
  return [
    ...ref('mounts', 'PersistentVolumeClaim', volume.persistentVolumeClaim?.claimName, from),
    ...ref('mounts', 'ConfigMap', volume.configMap?.name, from),
    ...ref('mounts', 'Secret', volume.secret?.secretName, from),
    ...(volume.projected?.sources ?? []).flatMap((source) => [
      ...ref('mounts', 'ConfigMap', source.configMap?.name, from),
      ...ref('mounts', 'Secret', source.secret?.name, from),
    ]),
  ];
}

function environmentRefs(container: Container, ref: Ref): FoundRef[] {
  return [
    ...(container.env ?? []).flatMap((each) => [
      ...ref('configures', 'ConfigMap', each.valueFrom?.configMapKeyRef?.name, `env ${each.name}`),
      ...ref('configures', 'Secret', each.valueFrom?.secretKeyRef?.name, `env ${each.name}`),
    ]),
    ...(container.envFrom ?? []).flatMap((each) => [
      ...ref('configures', 'ConfigMap', each.configMapRef?.name, 'envFrom'),
      ...ref('configures', 'Secret', each.secretRef?.name, 'envFrom'),
    ]),
  ];
}

function classRefs(spec: PodSpec): FoundRef[] {
  const clusterWide = (kind: string, name: string | undefined, from: string): FoundRef[] =>
    name ? [{ type: 'configures', to: entity(kind, undefined, name), from }] : [];
  return [
    ...clusterWide('PriorityClass', spec.priorityClassName, 'spec.priorityClassName'),
    ...clusterWide('RuntimeClass', spec.runtimeClassName, 'spec.runtimeClassName'),
  ];
}
