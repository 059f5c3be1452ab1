import { entity } from '@winnow/contracts';
import { expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { deployment, dossier, event, kube, NAMESPACE, pod, workload } from '../testing/dossiers.ts';

const claim = entity('PersistentVolumeClaim', NAMESPACE, 'data');
const claimObject = (spec: Record<string, unknown>) =>
  kube({
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: NAMESPACE },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } }, ...spec },
    status: { phase: 'Pending' },
  });
const volume = (spec: Record<string, unknown>, labels = {}, phase = 'Available') =>
  kube({
    kind: 'PersistentVolume',
    metadata: { name: 'vol-1', labels },
    spec: { capacity: { storage: '10Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: 'manual', ...spec },
    status: { phase },
  });
const storageClass = (name: string, provisioner = 'kubernetes.io/no-provisioner') =>
  kube({ kind: 'StorageClass', metadata: { name }, provisioner });

function pending(objects: Parameters<typeof dossier>[0]['objects'], message?: string) {
  const db = workload('db', {
    status: { ready: false },
    pod: { phase: 'Pending', node: null },
    spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] },
  });
  return diagnose(
    dossier({
      objects: [db, ...(objects ?? [])],
      members: [
        [claim, 'claim-pending'],
        [deployment('db'), 'unschedulable'],
      ],
      events: [
        event(
          pod('db'),
          'FailedScheduling',
          '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.',
        ),
        ...(message ? [event(claim, 'ProvisioningFailed', message)] : []),
      ],
    }),
  ).hypotheses[0];
}

test.each([
  [
    'storage-class-missing',
    [claimObject({ storageClassName: 'fast' }), storageClass('gp3', 'ebs.csi.aws.com')],
    'storageclass.storage.k8s.io "fast" not found',
  ],
  [
    'storage-class-missing',
    [claimObject({ storageClassName: 'fast' }), storageClass('gp3', 'ebs.csi.aws.com')],
    undefined,
  ],
  [
    'storage-class-missing',
    [claimObject({ storageClassName: 'local' }), storageClass('local'), volume({})],
    'no volume matches',
  ],
  [
    'pvc-capacity-mismatch',
    [claimObject({ storageClassName: 'manual', resources: { requests: { storage: '50Gi' } } }), volume({})],
    undefined,
  ],
  [
    'pvc-access-mode-mismatch',
    [claimObject({ storageClassName: 'manual', accessModes: ['ReadWriteMany'] }), volume({})],
    undefined,
  ],
  [
    'pvc-selector-mismatch',
    [
      claimObject({ storageClassName: 'manual', selector: { matchLabels: { tier: 'gold' } } }),
      volume({}, { tier: 'silver' }),
    ],
    undefined,
  ],
  [
    'pv-already-bound',
    [
      claimObject({ storageClassName: 'manual' }),
      volume({ claimRef: { namespace: NAMESPACE, name: 'old-data' } }, {}, 'Bound'),
    ],
    undefined,
  ],
  [
    'provisioning-failed',
    [claimObject({ storageClassName: 'gp3' }), storageClass('gp3', 'ebs.csi.aws.com')],
    'failed to provision volume with StorageClass "gp3": rpc error: code = Internal desc = UnauthorizedOperation',
  ],
] as const)('given what the claim asks for and what there is, then %s', (mode, objects, message) => {
  expect(pending(objects, message)).toMatchObject({ mode, entity: claim });
});

test('given a claim that does not exist, then who mounts it is to blame', () => {
  const db = workload('db', {
    status: { ready: false },
    pod: { phase: 'Pending', node: null },
    spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'dta' } }] },
  });
  const found = diagnose(
    dossier({
      objects: [db],
      members: [[deployment('db'), 'unschedulable']],
      events: [
        event(
          pod('db'),
          'FailedScheduling',
          '0/3 nodes are available: persistentvolumeclaim "dta" not found. preemption: not helpful',
        ),
      ],
    }),
  );
  expect(found.hypotheses[0]).toMatchObject({ mode: 'pvc-missing', entity: deployment('db') });
});
