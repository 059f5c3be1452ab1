import { entityKey } from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import { at, brief, crashLooping, deployment, givenStage, object, pod, replicaSet } from '../testing/given.ts';

const meta = (name: string, namespace: string | undefined = 'shop') => ({
  name,
  ...(namespace && { namespace }),
  uid: `uid-${name}`,
  creationTimestamp: at(-3600),
});
const service = (name: string, selector: object, more: object = {}) => ({
  kind: 'Service',
  metadata: meta(name),
  spec: { selector, ports: [{ port: 80 }], ...more },
});
const cluster = (kind: string, name: string, rest: object) => ({
  kind,
  metadata: { name, uid: `uid-${name}` },
  ...rest,
});

/** The signals that these objects open within a minute of being heard. */
function shownBy(...objects: object[]) {
  const stage = givenStage();
  const { told } = stage.arrives(
    0,
    'kubernetes.object',
    objects.map((each) => object(each)),
  );
  return [...told, ...stage.heard(5, 60)]
    .filter(({ transition }) => transition === 'opened')
    .map(({ signal }) => `${signal.symptom} ${entityKey(signal.entity)} ${signal.reason}`);
}

const lastState = (exitCode: number, reason: string, finished: number) => ({
  lastState: { terminated: { exitCode, reason, finishedAt: at(finished) } },
});

describe('a pod shows', () => {
  it('nothing where it is well, or has done its work', () => {
    expect(shownBy(deployment('api'), pod('api'))).toEqual([]);
    expect(shownBy(pod('job', { ready: false, phase: 'Succeeded' }))).toEqual([]);
  });
  it('a crash loop while it runs between two crashes, until ten minutes after the last one', () => {
    const between = (finished: number, restartCount: number) =>
      pod('api', { container: { restartCount, ...lastState(1, 'Error', finished) } });
    expect(shownBy(between(-60, 4))).toEqual(['crash-loop Deployment/shop/api Error']);
    expect(shownBy(between(-60, 1))).toEqual([]);
    expect(shownBy(between(-700, 4))).toEqual([]);
  });
  it('recovery once the last crash is ten minutes past and nothing has followed', () => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', [
      object(pod('api', { container: { restartCount: 4, ...lastState(1, 'Error', -300) } })),
    ]);
    expect(stage.heard(5, 300)).toEqual([]);
    expect(stage.heard(305, 340).map(brief)).toEqual(['resolved crash-loop Deployment/api recovered']);
  });
  it('that it was killed for memory, besides the loop', () => {
    const killed = pod('api', {
      ready: false,
      container: {
        ready: false,
        restartCount: 3,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        ...lastState(137, 'OOMKilled', -5),
      },
    });
    expect(shownBy(killed)).toEqual([
      'oom-killed Deployment/shop/api OOMKilled',
      'crash-loop Deployment/shop/api CrashLoopBackOff',
    ]);
  });
  it.each([
    ['ImagePullBackOff', 'image-pull'],
    ['CreateContainerConfigError', 'config-error'],
    ['RunContainerError', 'create-error'],
  ])('that a container waits in %s', (reason, symptom) => {
    const waiting = pod('api', {
      ready: false,
      phase: 'Pending',
      container: { ready: false, state: { waiting: { reason } } },
    });
    expect(shownBy(waiting)).toEqual([`${symptom} Deployment/shop/api ${reason}`]);
  });
  it('that an init container fails', () => {
    const status = {
      initContainerStatuses: [
        {
          name: 'init',
          restartCount: 3,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          ...lastState(1, 'Error', -5),
        },
      ],
    };
    const failing = pod('api', {
      ready: false,
      phase: 'Pending',
      container: { ready: false, state: { waiting: { reason: 'PodInitializing' } } },
    });
    expect(shownBy({ ...failing, status: { ...failing.status, ...status } })).toEqual([
      'init-failed Deployment/shop/api CrashLoopBackOff',
    ]);
  });
  it('that it cannot be scheduled, once that has lasted', () => {
    const conditions = (since: number) => ({
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message: '0/3 nodes',
          lastTransitionTime: at(since),
        },
      ],
      containerStatuses: [],
    });
    const pending = pod('api', { phase: 'Pending', status: conditions(0) });
    const stage = givenStage();
    expect(stage.arrives(0, 'kubernetes.object', [object(pending)]).told).toEqual([]);
    expect(stage.heard(5, 10)).toEqual([]);
    expect(stage.heard(15, 15).map(brief)).toEqual(['opened unschedulable Deployment/api']);
    const scheduled = givenStage();
    scheduled.arrives(0, 'kubernetes.object', [object(pending)]);
    scheduled.arrives(10, 'kubernetes.object', [object(pod('api'), 'MODIFIED')]);
    expect(scheduled.heard(15, 120)).toEqual([]);
  });
  it('nothing while it is deleted', () => {
    const going = crashLooping('api', -5);
    expect(shownBy({ ...going, metadata: { ...going.metadata, deletionTimestamp: at(-1) } })).toEqual([]);
  });
});

describe('a workload shows', () => {
  it('a rollout that does not get on, and pods that are refused', () => {
    const stuck = deployment('api', {
      ready: 0,
      conditions: [
        { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', lastTransitionTime: at(-5) },
      ],
    });
    expect(shownBy(stuck)).toEqual(['rollout-stuck Deployment/shop/api ProgressDeadlineExceeded']);
    const refused = replicaSet('api', 'abc123', {
      ready: 0,
      conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', lastTransitionTime: at(-60) }],
    });
    expect(shownBy(refused)).toEqual(['create-refused Deployment/shop/api FailedCreate']);
  });
  it('that it is scaled to zero where others call it, and only there', () => {
    const caller = deployment('web', { env: [{ name: 'CART_HOST', value: 'cart:80' }] });
    const off = deployment('cart', { replicas: 0 });
    const shown = shownBy(service('cart', { app: 'cart' }), off, caller, pod('web'));
    expect(shown).toContain('scaled-to-zero Deployment/shop/cart ScaledToZero');
    expect(shownBy(service('cart', { app: 'cart' }), off, deployment('web'), pod('web'))).toEqual([]);
  });
  it('an address with a port that the Service does not have, or a name that misses one narrowly; other names are left alone', () => {
    const of = (value: string) =>
      shownBy(
        service('redis-cart', { app: 'redis-cart' }),
        pod('redis-cart'),
        deployment('cart', { env: [{ name: 'REDIS_ADDR', value }] }),
      );
    expect(of('redis-cart:81')).toEqual(['connectivity-failed Deployment/shop/cart AddressInvalid']);
    expect(of('redis-carts:80')).toEqual(['connectivity-failed Deployment/shop/cart AddressInvalid']);
    expect(of('redis-cart:80')).toEqual([]);
    expect(of('assistant:80')).toEqual([]);
  });
});

describe('a Service shows', () => {
  it('that its selector matches no pod, and recovers when one appears', () => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', [object(service('cart', { app: 'cart' })), object(pod('web'))]);
    expect(stage.heard(5, 15).map(brief)).toEqual(['opened service-no-endpoints Service/cart']);
    stage.arrives(20, 'kubernetes.object', [object(pod('cart'))]);
    expect(stage.heard(25, 55).map(brief)).toEqual(['resolved service-no-endpoints Service/cart recovered']);
  });
  it('nothing where it needs no pods, or what it selects is switched off and nobody calls it', () => {
    expect(shownBy(service('out', {}, { type: 'ExternalName', externalName: 'example.org' }), pod('web'))).toEqual([]);
    expect(shownBy(service('manual', {}), pod('web'))).toEqual([]);
    expect(shownBy(service('cart', { app: 'cart' }), deployment('cart', { replicas: 0 }), pod('web'))).toEqual([]);
  });
  it('nothing where no pods are told of at all', () => {
    expect(shownBy(service('cart', { app: 'cart' }))).toEqual([]);
  });
});

describe('others show', () => {
  it('a node that is not ready or under pressure', () => {
    const node = (conditions: object[]) => cluster('Node', 'n1', { status: { conditions } });
    expect(shownBy(node([{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' }]))).toEqual([
      'node-not-ready Node//n1 NodeStatusUnknown',
    ]);
    expect(
      shownBy(
        node([
          { type: 'Ready', status: 'True' },
          { type: 'MemoryPressure', status: 'True' },
        ]),
      ),
    ).toEqual(['node-pressure Node//n1 MemoryPressure']);
    expect(
      shownBy(
        node([
          { type: 'Ready', status: 'True' },
          { type: 'MemoryPressure', status: 'False' },
        ]),
      ),
    ).toEqual([]);
  });
  it('a claim that is not bound, unless it waits for a consumer and has none', () => {
    const claim = (storageClassName: string) => ({
      kind: 'PersistentVolumeClaim',
      metadata: meta('data'),
      spec: { storageClassName },
      status: { phase: 'Pending' },
    });
    const waits = cluster('StorageClass', 'local', { volumeBindingMode: 'WaitForFirstConsumer' });
    expect(shownBy(waits, claim('fast'))).toEqual([
      'claim-pending PersistentVolumeClaim/shop/data StorageClassMissing',
    ]);
    expect(shownBy(waits, claim('local'))).toEqual([]);
    const consumer = pod('db', { spec: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] } });
    expect(shownBy(waits, consumer, claim('local'))).toEqual(['claim-pending PersistentVolumeClaim/shop/data Pending']);
  });
  it('an Ingress that names what does not exist, where objects of that kind are told of', () => {
    const ingress = {
      kind: 'Ingress',
      metadata: meta('web'),
      spec: { ingressClassName: 'nginx', rules: [{ http: { paths: [{ backend: { service: { name: 'cart' } } }] } }] },
    };
    expect(shownBy(ingress)).toEqual([]);
    expect(shownBy(cluster('IngressClass', 'nginx', {}), service('other', {}), ingress)).toEqual([
      'ingress-broken Ingress/shop/web ServiceMissing',
    ]);
    expect(shownBy(cluster('IngressClass', 'traefik', {}), service('cart', {}), ingress)).toEqual([
      'ingress-broken Ingress/shop/web IngressClassMissing',
    ]);
    expect(shownBy(cluster('IngressClass', 'nginx', {}), service('cart', {}), ingress)).toEqual([]);
  });
  it('a failed Job, unless a later run of its CronJob has succeeded', () => {
    const job = (name: string, type: string, created: number) => ({
      kind: 'Job',
      metadata: {
        ...meta(name),
        creationTimestamp: at(created),
        ownerReferences: [{ kind: 'CronJob', name: 'backup', controller: true }],
      },
      status: {
        conditions: [{ type, status: 'True', reason: 'BackoffLimitExceeded', lastTransitionTime: at(created + 60) }],
      },
    });
    expect(shownBy(job('backup-1', 'Failed', -900))).toEqual(['job-failed CronJob/shop/backup BackoffLimitExceeded']);
    expect(shownBy(job('backup-1', 'Failed', -900), job('backup-2', 'Complete', -300))).toContain(
      'job-failed CronJob/shop/backup BackoffLimitExceeded',
    );
    expect(shownBy(job('backup-2', 'Complete', -300), job('backup-1', 'Failed', -900))).toEqual([]);
  });
});

describe('a container that crashed a few times and came to stay', () => {
  const since = (running: number, ready = true) =>
    pod('api', {
      container: {
        ready,
        restartCount: 2,
        state: { running: { startedAt: at(running) } },
        lastState: {
          terminated: { exitCode: 1, reason: 'Error', startedAt: at(running - 3), finishedAt: at(running - 1) },
        },
      },
    });
  it('is well once it has run much longer than before, and not until then', () => {
    expect(shownBy(since(-90))).toEqual([]);
    expect(shownBy(since(-5))).toEqual(['crash-loop Deployment/shop/api Error']);
    expect(shownBy(since(-90, false))).toEqual(['crash-loop Deployment/shop/api Error']);
  });
});

describe('an Ingress', () => {
  it('shows a port that its Service does not offer', () => {
    const to = (number: number) => ({
      kind: 'Ingress',
      metadata: meta('web'),
      spec: { rules: [{ http: { paths: [{ backend: { service: { name: 'cart', port: { number } } } }] } }] },
    });
    expect(shownBy(service('cart', {}), to(8443))).toEqual(['ingress-broken Ingress/shop/web ServicePortMissing']);
    expect(shownBy(service('cart', {}), to(80))).toEqual([]);
  });
});
