import { describe, expect, it } from 'vitest';
import { brief, crashLooping, deployment, givenStage, object, pod, replicaSet } from '../testing/given.ts';

const inventoryIn = (emit: ReturnType<ReturnType<typeof givenStage>['arrives']>['emit']) =>
  emit
    .filter((each) => each.topic === 'winnow.inventory')
    .map((each) => [each.key, (each.value as { object?: unknown }).object ? 'facts' : 'gone']);

describe('facts of objects', () => {
  it('given the same version, when it arrives again, then it is deduplicated and not told again', () => {
    const stage = givenStage();
    const api = object(deployment('api'));
    expect(inventoryIn(stage.arrives(0, 'kubernetes.object', [api]).emit)).toEqual([
      ['prod/Deployment/shop/api', 'facts'],
    ]);
    const again = stage.arrives(1, 'kubernetes.object', [api]);
    expect([again.outcomes, inventoryIn(again.emit)]).toEqual([['deduplicated'], []]);
  });

  it('given another version, when nothing that matters has changed, then it is not told; when readiness has, it is', () => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', [object(deployment('api'))]);
    const ticked = object(deployment('api', { metadata: { generation: 7, annotations: { a: 'b' } } }), 'MODIFIED');
    expect(inventoryIn(stage.arrives(1, 'kubernetes.object', [ticked]).emit)).toEqual([]);
    expect(
      inventoryIn(stage.arrives(2, 'kubernetes.object', [object(deployment('api', { ready: 0 }), 'MODIFIED')]).emit),
    ).toHaveLength(1);
  });

  it('given facts, when the object comes again too large to be told whole, then what was known stands', () => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', [object(deployment('api'))]);
    const { name, namespace } = deployment('api').metadata;
    const head = { kind: 'Deployment', metadata: { name, namespace, resourceVersion: '900' } };
    const cut = { ...object(head, 'MODIFIED'), trimmed: ['object'] } as ReturnType<typeof object>;
    const { outcomes, emit } = stage.arrives(1, 'kubernetes.object', [cut]);
    expect([outcomes, inventoryIn(emit), emit.filter(({ type }) => type === 'change')]).toEqual([
      ['deduplicated'],
      [],
      [],
    ]);
  });

  it('given edges, when the object is told of and gone, then grouping hears of them and of their end', () => {
    const stage = givenStage();
    const topology = (emit: readonly { type: string; value: unknown }[]) =>
      emit.filter((each) => each.type === 'topology').map((each) => Boolean((each.value as { facts?: unknown }).facts));
    expect(topology(stage.arrives(0, 'kubernetes.object', [object(pod('api'))]).emit)).toEqual([true]);
    expect(topology(stage.arrives(1, 'kubernetes.object', [object(pod('api'), 'DELETED')]).emit)).toEqual([false]);
  });

  it('given a list, when an object is not on it any more, then it is gone with its symptoms', () => {
    const stage = givenStage();
    const listed = (...items: ReturnType<typeof object>[]) => [
      { type: 'list-begin' as const, kind: 'Pod' },
      ...items,
      { type: 'list-end' as const, kind: 'Pod' },
    ];
    stage.arrives(0, 'kubernetes.object', listed(object(crashLooping('api', -5)), object(pod('web'))));
    const relisted = stage.arrives(100, 'kubernetes.object', listed(object(pod('web'))));
    expect(inventoryIn(relisted.emit)).toContainEqual(['prod/Pod/shop/api-abc123-xk2lp', 'gone']);
    expect(stage.heard(105, 130).map(brief)).toEqual(['resolved crash-loop Deployment/api deleted']);
  });

  it('given an owner that is gone, when an event about its pod is late, then the owner is still known', () => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', [object(deployment('api')), object(replicaSet('api')), object(pod('api'))]);
    stage.arrives(10, 'kubernetes.object', [object(pod('api'), 'DELETED'), object(replicaSet('api'), 'DELETED')]);
    const late = {
      type: 'event' as const,
      reason: 'Evicted',
      message: 'low on memory',
      eventType: 'Warning',
      count: 1,
      regarding: { kind: 'Pod', namespace: 'shop', name: 'api-abc123-xk2lp' },
    };
    expect(stage.arrives(1200, 'kubernetes.event', [late]).told.map(brief)).toEqual(['opened evicted Deployment/api']);
    expect(stage.arrives(5000, 'kubernetes.event', [{ ...late, uid: 'other' }]).told.map(brief)).toEqual([
      'opened evicted Pod/api-abc123-xk2lp',
    ]);
  });
});
