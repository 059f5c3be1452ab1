import { describe, expect, it } from 'vitest';
import {
  audit,
  brief,
  deployment,
  event,
  givenStage,
  object,
  pod,
  podName,
  replicaSet,
  signalsIn,
} from '../testing/given.ts';

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

describe('requests that are refused or fail', () => {
  const again = (entry: () => ReturnType<typeof audit>, settle = 70) => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', [
      object(deployment('api', { replicas: 2, ready: 1 })),
      object({ ...replicaSet('api', 'abc123', { replicas: 2 }), status: { replicas: 1 } }),
      object(pod('api')),
    ]);
    stage.arrives(1, 'audit.event', [entry()]);
    stage.arrives(6, 'audit.event', [entry()]);
    const told = [...signalsIn(stage.emitted), ...stage.heard(10, 10 + settle)];
    return told.map(({ signal }) => signal);
  };
  const flux = 'system:serviceaccount:flux-system:applier';
  const apiDeployment = { kind: 'Deployment', namespace: 'shop', name: 'api' };

  it.each<[string, Partial<Parameters<typeof audit>[2]> & { verb?: string; resource?: string }, string, string]>([
    [
      'a pod that an admission webhook denies its controller: the workload',
      {
        user: controller,
        code: 400,
        maker: { kind: 'ReplicaSet', namespace: 'shop', name: 'api-abc123' },
        message: 'admission webhook "policy.example.com" denied the request: no limits',
      },
      'create-refused',
      'Deployment/api',
    ],
    [
      'a pod that a failing webhook keeps from its controller: the workload, and the Service behind the webhook',
      {
        user: controller,
        code: 500,
        maker: { kind: 'ReplicaSet', namespace: 'shop', name: 'api-abc123' },
        message:
          'Internal error occurred: failed calling webhook "policy.example.com": failed to call webhook: Post "https://policy.guard.svc:443/check?timeout=5s": connect: connection refused',
      },
      'connectivity-failed create-refused',
      'Deployment/api Service/policy',
    ],
    [
      'a quota that keeps somebody from a write: the quota',
      {
        verb: 'create',
        resource: 'configmaps',
        code: 403,
        target: { kind: 'ConfigMap', namespace: 'shop', name: 'x' },
        message: 'configmaps "x" is forbidden: exceeded quota: few, requested: count/configmaps=1',
      },
      'quota-full',
      'ResourceQuota/few',
    ],
    [
      'a policy that denies what an applier writes: what it writes',
      {
        verb: 'patch',
        resource: 'deployments',
        user: flux,
        code: 422,
        target: apiDeployment,
        message: "ValidatingAdmissionPolicy 'limits' with binding 'all' denied request: no limits",
      },
      'denied',
      'Deployment/api',
    ],
    [
      'writes of an application that meet others again and again: the account',
      { verb: 'update', resource: 'deployments', user: flux, code: 409, reason: 'Conflict', target: apiDeployment },
      'denied',
      'ServiceAccount/applier',
    ],
    [
      'requests that are turned away: the control plane',
      { verb: 'list', resource: 'pods', user: flux, code: 429, message: 'too many requests' },
      'control-plane',
      'Cluster/prod',
    ],
    [
      'an eviction against a disruption budget: the workload',
      {
        verb: 'create',
        resource: 'pods',
        subresource: 'eviction',
        code: 429,
        target: { kind: 'Pod', namespace: 'shop', name: podName('api') },
      },
      'denied',
      'Deployment/api',
    ],
    [
      'an API that nobody serves: it',
      { verb: 'list', resource: 'pods', apiGroup: 'metrics.k8s.io', apiVersion: 'v1beta1', code: 503 },
      'control-plane',
      'APIService/v1beta1.metrics.k8s.io',
    ],
    [
      'a kubelet that does not take an exec: its node',
      {
        verb: 'create',
        resource: 'pods',
        subresource: 'exec',
        code: 500,
        target: { kind: 'Pod', namespace: 'shop', name: podName('api') },
        message: 'error dialing backend: dial tcp 10.0.0.4:10250: connect: connection refused',
      },
      'connectivity-failed',
      'Node/n1',
    ],
    [
      'one who acts as an application: that account',
      { verb: 'list', resource: 'secrets', code: 403, impersonated: flux },
      'denied',
      'ServiceAccount/applier',
    ],
  ])('%s', (_what, { verb = 'create', resource = 'pods', ...more }, symptoms, entities) => {
    const signals = again(() => audit(verb, resource, more));
    expect([...new Set(signals.map(({ symptom }) => symptom))].sort().join(' ')).toBe(symptoms);
    const named = signals.map(({ entity }) => `${entity.kind}/${entity.name}`);
    expect([...new Set(named)].sort().join(' ')).toBe(entities);
  });

  it.each([
    ['a person meets another write', { user: 'bob', code: 409 }, 'refused-request'],
    ['an election is lost', { user: flux, code: 409, resource: 'leases' }, 'refused-request'],
    ['an application finds nothing', { user: flux, code: 404 }, 'ordinary-request'],
    ['a name is taken', { user: flux, code: 409, reason: 'AlreadyExists' }, 'refused-request'],
    ['what is behind the proxy fails', { user: 'bob', code: 502, subresource: 'proxy' }, 'ordinary-request'],
    ['a controller is early', { user: controller, code: 404 }, 'ordinary-request'],
    ['a quota is being counted', { user: controller, code: 409 }, 'controller-conflict'],
  ])('are nobody’s trouble where %s', (_what, more, rule) => {
    const entry = audit('create', 'pods', more);
    expect(givenStage().arrives(0, 'audit.event', [entry]).outcomes).toEqual([`muted:${rule}`]);
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
