// A Service whose selector matches no pod has nobody behind it, unless what it selects is scaled to zero and nobody calls it.
import { entity, type Service } from '@winnow/contracts';
import { conditionOf, isTrue } from './conditions.ts';
import { isListed } from './listed.ts';
import { wantedReplicas } from './replicas.ts';
import { hasSelector, matches, objectsOf, podsOf, templateLabels } from './selection.ts';
import { healthy, type Look, show } from './show.ts';
import type { Turn } from './turn.ts';

const KINDS = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;

export function shownByService(turn: Turn, service: Service): Look {
  const { namespace, name } = service.metadata;
  if (!hasSelector(service) || !isListed(turn, 'Pod', namespace)) return healthy;
  const self = entity('Service', namespace, name);
  const pods = podsOf(turn, service);
  if (pods.length > 0)
    return lacksEndpoints(
      turn,
      service,
      pods.some((pod) => isTrue(conditionOf(pod.status?.conditions, 'Ready'))),
    );
  const selected = KINDS.flatMap((kind) => objectsOf(turn, kind, namespace)).filter((each) =>
    matches(service.spec!.selector!, templateLabels(each)),
  );
  if (selected.length > 0 && selected.every((each) => wantedReplicas(each) === 0) && !isCalled(turn, service))
    return healthy;
  const selector = Object.entries(service.spec!.selector!).map(([label, value]) => `${label}=${value}`);
  const message = `Its selector ${selector.join(',')} matches no pod.`;
  return {
    shown: [show({ entity: self, symptom: 'service-no-endpoints', reason: 'NoPodMatches', message }, 'the Service')],
  };
}

/** Ready pods that the endpoints do not hold: their ports do not resolve. */
function lacksEndpoints(turn: Turn, service: Service, anyReady: boolean): Look {
  const { namespace, name } = service.metadata;
  if (!anyReady) return healthy;
  const slices = objectsOf(turn, 'EndpointSlice', namespace).filter(
    (each) => each.metadata.labels?.['kubernetes.io/service-name'] === name,
  );
  if (slices.length === 0 || slices.some((slice) => slice.endpoints?.some((each) => each.conditions?.ready !== false)))
    return healthy;
  const self = entity('Service', namespace, name);
  const message = 'Pods that it selects are ready, and it has no ready endpoint.';
  return {
    shown: [
      show(
        { entity: self, symptom: 'service-no-endpoints', reason: 'NoReadyEndpoints', message, settle: 45 },
        'the Service',
      ),
    ],
  };
}

function isCalled(turn: Turn, { metadata }: Service): boolean {
  const key = `${turn.scope}|${metadata.namespace ?? ''}/${metadata.name}`;
  return turn.state.callers.size(key) > 0 || Boolean(turn.state.named.get(key)?.length);
}
