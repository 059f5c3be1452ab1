import type { AuditItem, Change } from '@winnow/contracts';
import type { Emission } from '@winnow/stream';
import { describe, expect, it } from 'vitest';
import { audit, deployment, givenStage, object, pod } from '../testing/given.ts';

const changesIn = (emit: readonly Emission[]) =>
  emit.filter((each) => each.topic === 'winnow.changes').map((each) => each.value as Change);
const toldIn = (emit: readonly Emission[]) =>
  emit.filter((each) => each.topic === 'winnow.signals' && each.type === 'change');

const before = () => deployment('api');
const after = () => deployment('api', { image: 'acme/app:2', metadata: { resourceVersion: '5000' } });
const patched = (more: Partial<AuditItem> = {}) =>
  audit('patch', 'deployments', {
    target: { kind: 'Deployment', namespace: 'shop', name: 'api' },
    object: after() as never,
    ...more,
  });

describe('a change that the watch and the audit log tell of', () => {
  it('given the watch is first, when audit follows, then it is one change, told again with its author', () => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', [object(before())]);
    const [watched] = changesIn(stage.arrives(10, 'kubernetes.object', [object(after(), 'MODIFIED')]).emit);
    expect(watched).toMatchObject({
      kind: 'updated',
      diff: [{ path: 'spec.template.spec.containers[app].image', before: 'acme/app:1', after: 'acme/app:2' }],
    });
    const audited = stage.arrives(12, 'audit.event', [patched()]);
    expect(audited.outcomes).toEqual(['muted:change-noted']);
    expect(changesIn(audited.emit)).toMatchObject([
      { id: watched?.id, actor: 'bob@acme.example', observations: ['0-1.0', '0-2.0'] },
    ]);
    expect(toldIn(stage.emitted)).toHaveLength(1);
  });

  it('given audit is first, when the watch follows, then it is one change with its author and its differences', () => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', [object(before())]);
    const [audited] = changesIn(stage.arrives(10, 'audit.event', [patched()]).emit);
    expect(audited).toMatchObject({ actor: 'bob@acme.example', diff: [{ after: 'acme/app:2' }] });
    expect(changesIn(stage.arrives(11, 'kubernetes.object', [object(after(), 'MODIFIED')]).emit)).toEqual([]);
    expect(toldIn(stage.emitted)).toHaveLength(1);
  });

  it('given audit without a body, when the watch follows, then the differences are added', () => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', [object(before())]);
    const { object: _, ...bare } = patched();
    const [audited] = changesIn(stage.arrives(10, 'audit.event', [bare]).emit);
    const [watched] = changesIn(stage.arrives(11, 'kubernetes.object', [object(after(), 'MODIFIED')]).emit);
    expect(watched).toMatchObject({ id: audited?.id, actor: 'bob@acme.example', diff: [{ after: 'acme/app:2' }] });
  });

  it('given a minute has passed, when the same is told again, then it is another change', () => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', [object(before())]);
    stage.arrives(10, 'kubernetes.object', [object(after(), 'MODIFIED')]);
    const late = audit('patch', 'deployments', { target: { kind: 'Deployment', namespace: 'shop', name: 'api' } });
    expect(changesIn(stage.arrives(80, 'audit.event', [late]).emit)).toHaveLength(1);
    expect(toldIn(stage.emitted)).toHaveLength(2);
  });
});

describe('what is no change', () => {
  it('status, versions and annotations', () => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', [object(before())]);
    const churned = deployment('api', {
      ready: 0,
      metadata: { annotations: { 'deployment.kubernetes.io/revision': '7' }, generation: 9 },
    });
    expect(changesIn(stage.arrives(10, 'kubernetes.object', [object(churned, 'MODIFIED')]).emit)).toEqual([]);
  });
  it('what controllers write, unless it scales', () => {
    const stage = givenStage();
    const target = { kind: 'Deployment', namespace: 'shop', name: 'api' };
    stage.arrives(0, 'kubernetes.object', [object(before())]);
    const controller = audit('update', 'deployments', {
      target,
      user: 'system:serviceaccount:kube-system:deployment-controller',
      object: after() as never,
    });
    expect(stage.arrives(1, 'audit.event', [controller]).outcomes).toEqual(['muted:ordinary-request']);
    const scaled = audit('update', 'deployments', {
      target,
      subresource: 'scale',
      user: 'system:serviceaccount:kube-system:horizontal-pod-autoscaler',
    });
    expect(stage.arrives(2, 'audit.event', [scaled]).outcomes).toEqual(['muted:change-noted']);
  });
  it('pods, which their owners make, and objects that only became known', () => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', [object(before()), object(pod('api'))]);
    stage.arrives(5, 'kubernetes.object', [object(pod('api'), 'DELETED'), object(deployment('old'))]);
    expect(changesIn(stage.emitted)).toEqual([]);
  });
});

describe('creations and deletions', () => {
  it('are changes, of workloads made since the cluster is watched', () => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', [object(before())]);
    const fresh = deployment('new', { metadata: { creationTimestamp: '2026-03-08T15:00:09Z' } });
    const made = changesIn(stage.arrives(10, 'kubernetes.object', [object(fresh)]).emit);
    const gone = changesIn(stage.arrives(20, 'kubernetes.object', [object(fresh, 'DELETED')]).emit);
    expect([...made, ...gone].map((each) => each.summary)).toEqual([
      'Deployment shop/new was created',
      'Deployment shop/new was deleted',
    ]);
  });
});
