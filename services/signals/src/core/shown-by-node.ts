// A node that is not ready, unreachable or under pressure.
import { entity, type Node } from '@winnow/contracts';
import { conditionOf } from './conditions.ts';
import { type Look, type Shown, show } from './show.ts';

export function shownByNode(node: Node): Look {
  const self = entity('Node', undefined, node.metadata.name);
  const attributes = { node: node.metadata.name };
  const conditions = node.status?.conditions;
  const shown: Shown[] = [];
  const ready = conditionOf(conditions, 'Ready');
  if (ready?.status && ready.status !== 'True') {
    const { reason, message, lastTransitionTime: since, status: stamp } = ready;
    shown.push(
      show(
        {
          entity: self,
          symptom: 'node-not-ready',
          reason: reason ?? 'NodeNotReady',
          message,
          since,
          stamp,
          attributes,
        },
        'the Node',
      ),
    );
  }
  for (const each of conditions ?? []) {
    if (each.status !== 'True' || !/(Pressure|NetworkUnavailable)$/.test(each.type)) continue;
    const { type, message, lastTransitionTime: since } = each;
    shown.push(
      show(
        { entity: self, symptom: 'node-pressure', reason: type, message, since, stamp: type, attributes },
        'the Node',
      ),
    );
  }
  return { shown };
}
