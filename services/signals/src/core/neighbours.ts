// Whose symptoms may change because another object did.
import { entity, entityKey, type KubeObject, type Pod } from '@winnow/contracts';
import { isWell } from './refute.ts';
import { hasSelector, matches, templateLabels } from './selection.ts';
import type { Turn } from './turn.ts';

/** Keys of the objects to look at again. Either version may be absent: the object has appeared, or is gone. */
export function affectedBy(
  turn: Turn,
  before: KubeObject | undefined,
  after: KubeObject | undefined,
): readonly string[] {
  const object = after ?? before;
  if (!object) return [];
  const { namespace } = object.metadata;
  const all = (kind: string) => turn.state.byKind.members(`${turn.scope}|${kind}|${namespace ?? ''}`);
  const comesOrGoes = !before || !after;
  switch (object.kind) {
    case 'Pod':
      // From the first pod on, a Service without pods lacks them.
      if (turn.state.byKind.size(`${turn.scope}|Pod`) <= 1) return turn.state.byKind.members(`${turn.scope}|Service`);
      if (!podMatters(before as Pod | undefined, after as Pod | undefined)) return [];
      return services(turn, all('Service'), [before?.metadata.labels, after?.metadata.labels]);
    case 'EndpointSlice': {
      const name = object.metadata.labels?.['kubernetes.io/service-name'];
      return name ? [`${turn.scope}|${entityKey(entity('Service', namespace, name))}`] : [];
    }
    case 'Deployment':
    case 'StatefulSet': {
      // Its own symptoms depend on who calls it, and callers become known with their configuration.
      if (!comesOrGoes && replicas(before) === replicas(after)) return [];
      return [...services(turn, all('Service'), [templateLabels(object)]), ...switchedOff(turn)];
    }
    case 'Service':
      return [
        ...(comesOrGoes ? all('Ingress') : []),
        ...turn.state.callers.members(`${turn.scope}|${namespace ?? ''}/${object.metadata.name}`),
        ...switchedOff(turn),
      ];
    case 'Secret':
      return comesOrGoes ? all('Ingress') : [];
    case 'IngressClass':
      return comesOrGoes ? turn.state.byKind.members(`${turn.scope}|Ingress`) : [];
    case 'StorageClass':
      return comesOrGoes ? turn.state.byKind.members(`${turn.scope}|PersistentVolumeClaim`) : [];
    case 'Job':
      return all('Job').filter((key) => key !== `${turn.scope}|Job/${namespace ?? ''}/${object.metadata.name}`);
    default:
      return [];
  }
}

const replicas = (object: KubeObject | undefined) =>
  object && 'spec' in object && object.spec && 'replicas' in object.spec ? object.spec.replicas : undefined;

function podMatters(before: Pod | undefined, after: Pod | undefined): boolean {
  if (!before || !after) return true;
  if (isWell(before) !== isWell(after) || before.status?.phase !== after.status?.phase) return true;
  if (Boolean(before.metadata.deletionTimestamp) !== Boolean(after.metadata.deletionTimestamp)) return true;
  return JSON.stringify(before.metadata.labels) !== JSON.stringify(after.metadata.labels);
}

type Labels = Readonly<Record<string, string>> | undefined;

function services(turn: Turn, keys: readonly string[], labels: readonly Labels[]): string[] {
  return keys.filter((key) => {
    const service = turn.state.objects.get(key)?.object;
    return (
      service?.kind === 'Service' &&
      hasSelector(service) &&
      labels.some((each) => matches(service.spec!.selector!, each))
    );
  });
}

export const switchedOffPlace = (scope: string): string => `${scope}|switched off`;

/** Workloads without replicas: there are few. */
const switchedOff = (turn: Turn): readonly string[] => turn.state.byKind.members(switchedOffPlace(turn.scope));

/** Keeps the list of workloads that want no replicas. */
export function noteReplicas(turn: Turn, key: string, object: KubeObject | undefined): void {
  if (object && replicas(object) === 0 && object.kind !== 'ReplicaSet')
    turn.state.byKind.add(switchedOffPlace(turn.scope), key);
  else turn.state.byKind.remove(switchedOffPlace(turn.scope), key);
}
