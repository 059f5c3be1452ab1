import { expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { change, crashed, deployment, dossier, service, workload } from '../testing/dossiers.ts';

const env = [{ name: 'PRICE_URL', value: 'http://price-engine:7001' }];
const rollout = change(deployment('price-engine'), 'spec.template.spec.containers[price-engine].image', 'p:1', 'p:2');

function crashing(changes: readonly (typeof rollout)[]) {
  return diagnose(
    dossier({
      objects: [
        workload('shopfront', { status: crashed(1), container: { env } }),
        workload('price-engine', { container: { ports: [{ containerPort: 7001 }] } }),
        service('price-engine', { port: 7001 }),
      ],
      members: [[deployment('shopfront'), 'crash-loop']],
      changes,
    }),
  ).hypotheses[0];
}

test('given a caller that crashes without a word just after a rollout of what it calls, then the rollout is the best guess', () => {
  const found = crashing([rollout]);
  expect(found).toMatchObject({
    mode: 'dependency-bad-response',
    entity: deployment('price-engine'),
    verdict: 'possible',
  });
});

test('given that the caller was changed as well, then it is the caller', () => {
  const own = change(deployment('shopfront'), 'spec.template.spec.containers[shopfront].image', 's:1', 's:2');
  expect(crashing([rollout, own])).toMatchObject({ mode: 'application-crash', entity: deployment('shopfront') });
});
