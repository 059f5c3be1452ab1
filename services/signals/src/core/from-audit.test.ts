import { describe, expect, it } from 'vitest';
import { audit, brief, deployment, event, givenStage, object, replicaSet } from '../testing/given.ts';

const QUOTA =
  'pods "api-abc123-x7k2p" is forbidden: exceeded quota: pod-quota, requested: pods=1, used: pods=6, limited: pods=6';
const controller = 'system:serviceaccount:kube-system:replicaset-controller';

describe('audit entries', () => {
  it('given a refused pod, when the event tells of it too, then it is one signal that names the quota', () => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', [
      object(deployment('api', { ready: 0 })),
      object({ ...replicaSet('api'), status: { replicas: 0 } }),
    ]);
    stage.arrives(1, 'audit.event', [
      audit('create', 'pods', {
        user: controller,
        code: 403,
        message: QUOTA,
        target: { kind: 'Pod', namespace: 'shop', name: '' },
      }),
    ]);
    const told = event('FailedCreate', `Error creating: ${QUOTA}`, { about: 'ReplicaSet/api-abc123', seconds: 1 });
    expect(stage.arrives(2, 'kubernetes.event', [told]).outcomes).toEqual(['signal']);
    const opened = stage.heard(5, 20);
    expect(opened.map(brief)).toEqual(['opened create-refused Deployment/api']);
    expect(opened[0]?.signal).toMatchObject({
      attributes: { quota: 'pod-quota' },
      sources: ['audit.event', 'kubernetes.event'],
    });
  });

  it('given a batch that is sent again, when it arrives, then its entries are deduplicated', () => {
    const stage = givenStage();
    const entry = audit('get', 'pods');
    expect(stage.arrives(0, 'audit.event', [entry]).outcomes).toEqual(['muted:ordinary-request']);
    expect(stage.arrives(1, 'audit.event', [entry]).outcomes).toEqual(['deduplicated']);
  });

  it.each([
    ['audit-stage', audit('watch', 'pods', { stage: 'ResponseStarted' })],
    ['controller-conflict', audit('update', 'deployments', { user: controller, code: 409 })],
    ['ordinary-request', audit('get', 'pods', { code: 404 })],
    ['refused-request', audit('delete', 'pods', { code: 403 })],
    ['change-noted', audit('patch', 'services', { target: { kind: 'Service', namespace: 'shop', name: 'api' } })],
  ])('given what is no trouble, then it is muted: %s', (rule, entry) => {
    expect(givenStage().arrives(0, 'audit.event', [entry]).outcomes).toEqual([`muted:${rule}`]);
  });

  it('given an application that is denied again and again, then its account has a signal that opens nothing alone; once is ordinary', () => {
    const denied = () =>
      audit('list', 'secrets', {
        code: 403,
        user: 'system:serviceaccount:shop:reporter',
        message: 'secrets is forbidden',
      });
    const stage = givenStage();
    stage.arrives(0, 'audit.event', [denied()]);
    stage.heard(5, 25);
    stage.arrives(30, 'audit.event', [denied()]);
    const [opened] = stage.heard(35, 70);
    expect(opened?.signal).toMatchObject({
      symptom: 'denied',
      severity: 'low',
      entity: { kind: 'ServiceAccount', name: 'reporter' },
    });
    const once = givenStage();
    once.arrives(0, 'audit.event', [denied()]);
    expect(once.heard(5, 120)).toEqual([]);
  });

  it('given the API server fails requests, then its cluster has a signal; a single failure is dropped', () => {
    const failed = () => audit('get', 'pods', { code: 504, message: 'timeout' });
    const stage = givenStage();
    stage.arrives(0, 'audit.event', [failed()]);
    stage.arrives(5, 'audit.event', [failed()]);
    expect(stage.heard(10, 20).map(brief)).toEqual(['opened control-plane Cluster/prod']);
    const once = givenStage();
    once.arrives(0, 'audit.event', [failed()]);
    expect(once.heard(5, 120)).toEqual([]);
  });
});

describe('active checks', () => {
  const checks = (ok: boolean) => ({
    connectivity: [{ namespace: 'shop', service: 'cart', port: 80, fromNode: 'n1', ok, output: 'x' }],
    nodeServices: [{ node: 'n1', service: 'containerd', active: ok, output: 'x' }],
  });
  const lookup = (ok: boolean) => ({
    type: 'lookup' as const,
    kind: 'checks',
    arguments: {},
    status: 'ok' as const,
    value: checks(ok),
  });
  it('given what they found, when they find otherwise, then it has recovered; they are not counted', () => {
    const stage = givenStage();
    const found = stage.arrives(0, 'lookup', [lookup(false)]);
    expect(found.told.map(brief)).toEqual([
      'opened connectivity-failed Service/cart',
      'opened node-service-down Node/n1',
    ]);
    stage.heard(5, 700);
    const passed = stage.arrives(701, 'lookup', [lookup(true)]);
    expect(passed.told.map(brief)).toEqual([
      'resolved connectivity-failed Service/cart recovered',
      'resolved node-service-down Node/n1 recovered',
    ]);
    expect(stage.ledger).toEqual([]);
  });
});
