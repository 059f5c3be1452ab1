import type { AuditItem, Change } from '@winnow/contracts';
import type { Emission } from '@winnow/stream';
import { describe, expect, it } from 'vitest';
import { at, audit, deployment, givenStage, object, pod } from '../testing/given.ts';

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

describe('who, from where and what', () => {
  it('given a patch whose object the log does not hold, then its fields are compared with what is known', () => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', [object(before())]);
    const { object: _, ...bare } = patched({
      sourceIPs: ['10.0.0.9'],
      userAgent: 'kubectl/v1.34',
      impersonated: 'admin',
      patch: [
        { path: 'spec.replicas', value: '1' },
        { path: 'spec.template.spec.containers[0].image', value: 'acme/app:2' },
        { path: 'metadata.labels.team', value: 'x' },
      ],
    });
    expect(changesIn(stage.arrives(10, 'audit.event', [bare]).emit)).toMatchObject([
      {
        actor: 'bob@acme.example as admin',
        sourceIP: '10.0.0.9',
        userAgent: 'kubectl/v1.34',
        diff: [{ path: 'spec.template.spec.containers[app].image', before: 'acme/app:1', after: 'acme/app:2' }],
      },
    ]);
    expect(changesIn(stage.arrives(11, 'kubernetes.object', [object(after(), 'MODIFIED')]).emit)).toEqual([]);
  });

  it('given the watch is first, when audit follows with its patch alone, then it is one change, with where it came from', () => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', [object(before())]);
    stage.arrives(10, 'kubernetes.object', [object(after(), 'MODIFIED')]);
    const { object: _, ...bare } = patched({
      sourceIPs: ['10.0.0.9'],
      resourceVersion: '5000',
      patch: [{ path: 'spec.template.spec.containers[app].image', value: 'acme/app:2' }],
    });
    const audited = stage.arrives(12, 'audit.event', [bare]);
    expect(changesIn(audited.emit)).toMatchObject([{ sourceIP: '10.0.0.9', diff: [{ after: 'acme/app:2' }] }]);
    expect(toldIn(stage.emitted)).toHaveLength(1);
  });

  it('given a scale, when watch and audit tell of it, then it is one change by its version', () => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', [object(before())]);
    const scaled = deployment('api', { replicas: 3, ready: 1, metadata: { resourceVersion: '6000' } });
    stage.arrives(10, 'kubernetes.object', [object(scaled, 'MODIFIED')]);
    const entry = patched({
      subresource: 'scale',
      resourceVersion: '6000',
      patch: [{ path: 'spec.replicas', value: '3' }],
    });
    const audited = stage.arrives(11, 'audit.event', [entry]);
    expect(audited.outcomes).toEqual(['muted:change-noted']);
    expect(changesIn(audited.emit)).toMatchObject([{ actor: 'bob@acme.example', diff: [{ path: 'spec.replicas' }] }]);
    expect(toldIn(stage.emitted)).toHaveLength(1);
  });

  it('given a list that passed over a version, when audit tells of it, then the same differences are the same change', () => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', [object(before())]);
    const [audited] = changesIn(stage.arrives(10, 'audit.event', [patched()]).emit);
    const later = deployment('api', { image: 'acme/app:2', metadata: { resourceVersion: '5009' } });
    expect(changesIn(stage.arrives(12, 'kubernetes.object', [object(later, 'MODIFIED')]).emit)).toEqual([]);
    expect(audited).toMatchObject({ actor: 'bob@acme.example' });
  });

  it('given a Secret, when a value is patched, then the patch tells what the object cannot', () => {
    const stage = givenStage();
    const secret = { kind: 'Secret', metadata: { name: 'db', namespace: 'shop' }, keys: ['password'] };
    stage.arrives(0, 'kubernetes.object', [object(secret)]);
    const entry = audit('patch', 'secrets', {
      target: { kind: 'Secret', namespace: 'shop', name: 'db' },
      object: secret as never,
      patch: [{ path: 'data.password', value: '[REDACTED]' }],
    });
    expect(changesIn(stage.arrives(10, 'audit.event', [entry]).emit)).toMatchObject([
      { diff: [{ path: 'data.password', before: 'set', after: '[REDACTED]' }] },
    ]);
  });

  it('given a kind of which nothing but the name is known, when a person writes it, then that is a change', () => {
    const stage = givenStage();
    const binding = { kind: 'Other', otherKind: 'RoleBinding', metadata: { name: 'ops', namespace: 'shop' } };
    stage.arrives(0, 'kubernetes.object', [object(binding)]);
    const entry = (user: string) =>
      audit('update', 'rolebindings', {
        user,
        target: { kind: 'RoleBinding', namespace: 'shop', name: 'ops' },
        object: binding as never,
      });
    const outcomes = ['bob', 'system:serviceaccount:flux-system:applier'].map(
      (user) => stage.arrives(10, 'audit.event', [entry(user)]).outcomes[0],
    );
    expect(outcomes).toEqual(['muted:change-noted', 'muted:ordinary-request']);
  });
});

describe('what is planned', () => {
  it('is told when it is announced, and as a possible cause when it begins; also across a restart', () => {
    const stage = givenStage();
    const window = {
      type: 'change' as const,
      kind: 'maintenance',
      subject: { kind: 'Node', name: 'n1' },
      summary: 'new kernel',
      startsAt: at(600),
      endsAt: at(1200),
    };
    const announced = stage.arrives(0, 'change', [window]);
    expect(changesIn(announced.emit)).toMatchObject([{ kind: 'maintenance', startsAt: at(600), endsAt: at(1200) }]);
    expect(toldIn(announced.emit)).toEqual([]);
    stage.reload();
    stage.heard(5, 595);
    expect(toldIn(stage.emitted)).toEqual([]);
    stage.heard(600, 605);
    expect(toldIn(stage.emitted)).toMatchObject([{ value: { entity: { name: 'n1' } } }]);
    expect(changesIn(stage.emitted).map(({ id }) => id)).toEqual(Array(2).fill(changesIn(announced.emit)[0]?.id));
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
  it('given an apply that creates, when the watch saw it first or only knows it by a list, then it is a creation by someone', () => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', [object(before())]);
    const applied = patched({ code: 201, object: before() as never, patch: [{ path: 'spec.replicas', value: '1' }] });
    expect(changesIn(stage.arrives(1, 'audit.event', [applied]).emit)).toMatchObject([
      { kind: 'created', actor: 'bob@acme.example' },
    ]);
  });
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
