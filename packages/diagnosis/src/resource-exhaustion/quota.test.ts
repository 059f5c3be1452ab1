import { entity } from '@winnow/contracts';
import { expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { deployment, dossier, event, NAMESPACE, workload } from '../testing/dossiers.ts';

const home = entity('Namespace', undefined, NAMESPACE);

test.each([
  ['quota-pods-exceeded', 'exceeded quota: q, requested: pods=1, used: pods=6, limited: pods=6'],
  ['quota-pods-exceeded', 'exceeded quota: q, requested: count/pods=1, used: count/pods=10, limited: count/pods=10'],
  [
    'quota-cpu-exceeded',
    'exceeded quota: q, requested: requests.cpu=2, used: requests.cpu=3500m, limited: requests.cpu=4',
  ],
  [
    'quota-memory-exceeded',
    'exceeded quota: q, requested: limits.cpu=1,limits.memory=2Gi, used: limits.cpu=1,limits.memory=7Gi, limited: limits.cpu=8,limits.memory=8Gi',
  ],
  ['quota-requires-limits', 'failed quota: q: must specify limits.cpu for: worker; limits.memory for: worker'],
  ['quota-requires-limits', '[maximum memory usage per Container is 512Mi, but limit is 2Gi]'],
])('given pods that are refused, then %s of the namespace', (mode, words) => {
  const replicaSet = entity('ReplicaSet', NAMESPACE, 'worker-5d8f9c7b6d');
  const found = diagnose(
    dossier({
      objects: [workload('worker', { replicas: 4, pods: 2 })],
      members: [[deployment('worker'), 'create-refused']],
      events: [event(replicaSet, 'FailedCreate', `Error creating: pods "worker-5d8f9c7b6d-x" is forbidden: ${words}`)],
    }),
  );
  expect(found.hypotheses[0]).toMatchObject({ mode, entity: home });
});
