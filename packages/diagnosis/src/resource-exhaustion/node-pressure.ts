// A node runs short and evicts or starves its pods.
import { type EntityRef, entity } from '@winnow/contracts';
import { citeObject, citeSignal, clue } from '../clue.ts';
import { defineMode, type Mode } from '../mode.ts';
import { describe, remedy } from '../remedy.ts';
import { either, type NodeTest, nodes, objectOf } from '../world/nodes.ts';

const self = (node: EntityRef) => node;

function pressureModes(): readonly Mode[] {
  const under =
    (pattern: RegExp): NodeTest =>
    (node, world) => {
      const condition = objectOf(node, world)?.status?.conditions?.find(
        (each) => pattern.test(each.type) && each.status === 'True',
      );
      const signal = world
        .symptomsAt(node)
        .find((each) => each.symptom === 'node-pressure' && pattern.test(`${each.reason} ${each.messages.join(' ')}`));
      if (condition)
        return clue(
          0.3,
          `the node is under ${condition.type}`,
          citeObject(node, `status.conditions[${condition.type}]`, `${condition.status} ${condition.message ?? ''}`),
        );
      return signal && clue(0.1, `it is reported under pressure`, citeSignal('alert', signal));
    };
  const evicts =
    (pattern: RegExp): NodeTest =>
    (node, world) => {
      const pod = world.objects
        .all('Pod')
        .find(
          (each) =>
            each.spec?.nodeName === node.name &&
            each.status?.reason === 'Evicted' &&
            pattern.test(each.status.message ?? ''),
        );
      return (
        pod &&
        clue(
          0.3,
          'it evicts pods',
          citeObject(
            entity('Pod', pod.metadata.namespace, pod.metadata.name),
            'status',
            pod.status?.message ?? 'Evicted',
          ),
        )
      );
    };
  const row = (
    id: 'disk-pressure-eviction' | 'node-resource-starvation',
    headline: string,
    condition: RegExp,
    message: RegExp,
  ) =>
    defineMode<EntityRef>({
      id,
      headline,
      over: nodes,
      blames: self,
      base: 0.55,
      required: [either(under(condition), evicts(message))],
      supporting: [evicts(message)],
      summary: (node) => `Node ${node.name} runs short and evicts or starves its pods.`,
      remediation: (node) => [
        describe(node, 'See what uses it up'),
        remedy('Keep new pods away until then', `kubectl cordon ${node.name}`, 'low'),
      ],
    });
  return [
    row(
      'disk-pressure-eviction',
      'its disk is nearly full and it evicts pods',
      /DiskPressure|disk|filesystem/i,
      /ephemeral-storage|disk|nodefs|imagefs/i,
    ),
    row(
      'node-resource-starvation',
      'it runs short of memory, CPU or process ids',
      /MemoryPressure|PIDPressure|memory|pid|cpu/i,
      /memory|pids?\b/i,
    ),
  ];
}

export const nodePressureModes: readonly Mode[] = pressureModes();
