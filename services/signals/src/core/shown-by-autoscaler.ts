// An autoscaler that cannot act.
import { entity, type KubeKind } from '@winnow/contracts';
import { conditionOf, isFalse } from './conditions.ts';
import { type Look, show } from './show.ts';

export function shownByAutoscaler(autoscaler: KubeKind<'HorizontalPodAutoscaler'>): Look {
  const conditions = autoscaler.status?.conditions;
  const failing = [conditionOf(conditions, 'ScalingActive'), conditionOf(conditions, 'AbleToScale')].find(isFalse);
  if (!failing || failing.reason === 'ScalingDisabled') return { shown: [] };
  const self = entity('HorizontalPodAutoscaler', autoscaler.metadata.namespace, autoscaler.metadata.name);
  const { reason, message, lastTransitionTime: since } = failing;
  return { shown: [show({ entity: self, symptom: 'autoscaler-unable', reason, message, since }, 'the autoscaler')] };
}
