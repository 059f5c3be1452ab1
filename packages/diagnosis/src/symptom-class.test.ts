import { entity } from '@winnow/contracts';
import { expect, test } from 'vitest';
import { diagnose } from './diagnose.ts';
import { dossier } from './testing/dossiers.ts';

const serviceAt = (name: string) => entity('Service', 'web', name);

test.each([
  ['request-errors', 'application-error'],
  ['latency-high', 'performance-degradation'],
  ['oom-killed', 'oom-killed'],
  ['image-pull', 'image-not-found'],
  ['certificate-expiring', 'certificate-expired'],
] as const)('given nothing but an alert of class %s, then %s is suggested, with little confidence', (symptom, mode) => {
  const [first] = diagnose(dossier({ members: [[serviceAt('front'), symptom]] })).hypotheses;
  expect(first).toMatchObject({ mode, entity: serviceAt('front') });
  expect(first!.confidence).toBeLessThan(0.6);
});

test('given alerts along a chain of calls, then the one at its end is suggested first', () => {
  const call = (from: string, to: string) => ({
    from: serviceAt(from),
    to: serviceAt(to),
    type: 'calls' as const,
    learned: 'dependency',
  });
  const found = diagnose(
    dossier({
      members: [
        [serviceAt('front'), 'request-errors'],
        [serviceAt('cart'), 'request-errors'],
        [serviceAt('stock'), 'request-errors'],
      ],
      edges: [call('front', 'cart'), call('cart', 'stock')],
    }),
  );
  expect(found.hypotheses[0]).toMatchObject({ entity: serviceAt('stock'), mode: 'application-error' });
});
