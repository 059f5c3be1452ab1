import { entity } from '@winnow/contracts';
import { expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { deployment, dossier, kube, workload } from '../testing/dossiers.ts';

const node = entity('Node', undefined, 'node-1');
const nodeObject = (status: string, reason: string, message: string) =>
  kube({
    kind: 'Node',
    metadata: { name: 'node-1' },
    status: { conditions: [{ type: 'Ready', status, reason, message }] },
  });
const check = (service: string) => ({
  nodeServices: [{ node: 'node-1', service, active: false, output: 'inactive (dead)' }],
});

test.each([
  ['kubelet-unavailable', nodeObject('Unknown', 'NodeStatusUnknown', 'Kubelet stopped posting node status.'), {}],
  ['kubelet-unavailable', nodeObject('Unknown', 'NodeStatusUnknown', ''), check('kubelet')],
  ['container-runtime-unavailable', nodeObject('False', 'KubeletNotReady', 'container runtime is down'), {}],
  [
    'container-runtime-unavailable',
    nodeObject(
      'False',
      'KubeletNotReady',
      '[container runtime is down, PLEG is not healthy: pleg was last seen active 3m ago]',
    ),
    check('containerd'),
  ],
  ['kube-proxy-unavailable', nodeObject('True', 'KubeletReady', ''), check('kube-proxy')],
  [
    'cni-failure',
    nodeObject(
      'False',
      'KubeletNotReady',
      'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
    ),
    {},
  ],
  ['node-failure', nodeObject('False', 'KubeletNotReady', 'something else'), {}],
])('given a node that is in trouble, then %s', (mode, object, checks) => {
  const found = diagnose(
    dossier({
      objects: [object, workload('cart', { status: { ready: false } })],
      members: [
        [node, mode === 'kube-proxy-unavailable' ? 'node-service-down' : 'node-not-ready'],
        [deployment('cart'), 'not-ready'],
      ],
      checks,
    }),
  );
  expect(found.hypotheses[0]).toMatchObject({ mode, entity: node });
});
