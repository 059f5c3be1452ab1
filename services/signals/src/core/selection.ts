// Who a Service selects.
import type { KubeObject, Pod, Service } from '@winnow/contracts';
import type { Turn } from './turn.ts';

export function matches(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  return labels !== undefined && Object.entries(selector).every(([name, value]) => labels[name] === value);
}

/** Objects of a kind, in no order. */
export function objectsOf<K extends KubeObject['kind']>(turn: Turn, kind: K, namespace: string | undefined) {
  const found: Extract<KubeObject, { kind: K }>[] = [];
  for (const key of turn.state.byKind.each(`${turn.scope}|${kind}|${namespace ?? ''}`)) {
    const object = turn.state.objects.get(key)?.object;
    if (object?.kind === kind) found.push(object as Extract<KubeObject, { kind: K }>);
  }
  return found;
}

/** Pods that the Service selects and that are not on their way out. */
export function podsOf(turn: Turn, service: Service): Pod[] {
  const selector = service.spec?.selector;
  if (!selector) return [];
  return objectsOf(turn, 'Pod', service.metadata.namespace).filter(
    (pod) => !pod.metadata.deletionTimestamp && isLasting(pod) && matches(selector, pod.metadata.labels),
  );
}

const isLasting = (pod: Pod): boolean => pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed';

/** `namespace/name` of the Services that select what this workload's template makes. */
export function servicesOver(turn: Turn, workload: KubeObject): string[] {
  const labels = templateLabels(workload);
  if (!labels) return [];
  return objectsOf(turn, 'Service', workload.metadata.namespace)
    .filter((service) => hasSelector(service) && matches(service.spec!.selector!, labels))
    .map((service) => `${service.metadata.namespace ?? ''}/${service.metadata.name}`)
    .sort();
}

/** Labels of the pods that a workload makes. */
export const templateLabels = (object: KubeObject) =>
  'spec' in object && object.spec && 'template' in object.spec ? object.spec.template?.metadata?.labels : undefined;

export const hasSelector = (service: Service): boolean =>
  service.spec?.type !== 'ExternalName' && Object.keys(service.spec?.selector ?? {}).length > 0;
