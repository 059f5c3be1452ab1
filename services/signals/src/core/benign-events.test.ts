import { describe, expect, it } from 'vitest';
import { at, brief, crashLooping, deployment, event, givenStage, object, pod, replicaSet } from '../testing/given.ts';

const known = () => [object(deployment('api')), object(replicaSet('api')), object(pod('api'))];
const unready = (more: Parameters<typeof pod>[1] = {}) => pod('api', { ready: false, readySince: -600, ...more });

/** What one event comes to, a second after the objects have become known. */
function outcomeOf(objects: ReturnType<typeof object>[], told: ReturnType<typeof event>, seconds = 1) {
  const stage = givenStage();
  if (objects.length > 0) stage.arrives(0, 'kubernetes.object', objects);
  const { outcomes, told: signals } = stage.arrives(seconds, 'kubernetes.event', [told]);
  return [...outcomes, ...signals.map(brief)];
}

describe('normal-event', () => {
  it('mutes a Normal event', () => {
    expect(outcomeOf(known(), event('Pulled', 'Image pulled', { eventType: 'Normal' }))).toEqual([
      'muted:normal-event',
    ]);
  });
  it('lets the node controller tell of a lost node by a Normal event', () => {
    const told = event('NodeNotReady', 'Node n1 status is now: NodeNotReady', {
      about: 'Node/n1',
      eventType: 'Normal',
      seconds: 1,
    });
    expect(outcomeOf([], told)).toEqual(['signal', 'opened node-not-ready Node/n1']);
  });
});

describe('ordinary-warning', () => {
  it('mutes a pre-emption and a node that started anew', () => {
    expect(outcomeOf([], event('Preempted', 'Preempted by pod x', { seconds: 1 }))).toEqual(['muted:ordinary-warning']);
    expect(outcomeOf([], event('Rebooted', 'Node n1 has been rebooted', { about: 'Node/n1', seconds: 1 }))).toEqual([
      'muted:ordinary-warning',
    ]);
  });
  it('lets another warning of a node count', () => {
    expect(outcomeOf([], event('SystemOOM', 'System OOM encountered', { about: 'Node/n1', seconds: 1 }))).toEqual([
      'signal',
      'opened node-pressure Node/n1',
    ]);
  });
});

describe('ended-well', () => {
  it('mutes a complaint that is older than the state in which the object is well', () => {
    expect(outcomeOf(known(), event('BackOff', 'Back-off restarting failed container', { seconds: -120 }))).toEqual([
      'muted:ended-well',
    ]);
  });
  it('counts the same complaint where the object is still unwell', () => {
    const objects = [object(deployment('api')), object(replicaSet('api')), object(crashLooping('api', -130))];
    expect(outcomeOf(objects, event('BackOff', 'Back-off restarting failed container', { seconds: -120 }))[0]).toBe(
      'signal',
    );
  });
  it('mutes FailedScheduling of a pod that has been scheduled since, though it crashes now', () => {
    const objects = [object(deployment('api')), object(crashLooping('api', -130))];
    expect(outcomeOf(objects, event('FailedScheduling', '0/3 nodes are available', { seconds: -400 }))).toEqual([
      'muted:ended-well',
    ]);
  });
  it('drops a new complaint about a well object that stays well, and keeps one that its state confirms', () => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', known());
    const first = stage.arrives(60, 'kubernetes.event', [
      event('BackOff', 'Back-off restarting failed container', { seconds: 60 }),
    ]);
    expect([first.outcomes, first.told]).toEqual([['signal'], []]);
    expect(stage.heard(65, 140)).toEqual([]);
    stage.arrives(150, 'kubernetes.event', [
      event('BackOff', 'Back-off restarting failed container', { seconds: 150 }),
    ]);
    const confirmed = stage.arrives(152, 'kubernetes.object', [object(crashLooping('api', 149), 'MODIFIED')]);
    expect(confirmed.told.map(brief)).toEqual(['opened crash-loop Deployment/api']);
  });
});

describe('start-up', () => {
  const probe = (seconds: number) =>
    event('Unhealthy', 'Readiness probe failed: connection refused', { container: 'app', seconds });
  it('mutes a failed readiness probe of a pod that became ready afterwards', () => {
    const objects = [object(deployment('api')), object(pod('api', { started: -60, readySince: -30 }))];
    expect(outcomeOf(objects, probe(-50))).toEqual(['muted:start-up']);
  });
  it('calls it ended well where the pod had long been ready', () => {
    expect(outcomeOf(known(), probe(-50))).toEqual(['muted:ended-well']);
  });
  it('holds it while the pod still starts, and opens nothing if the pod becomes ready', () => {
    const stage = givenStage();
    const starting = pod('api', { ready: false, started: 0, readySince: 0 });
    stage.arrives(1, 'kubernetes.object', [object(deployment('api')), object(starting)]);
    for (const seconds of [10, 20, 30, 40])
      expect(stage.arrives(seconds, 'kubernetes.event', [probe(seconds)]).told).toEqual([]);
    stage.arrives(45, 'kubernetes.object', [object(pod('api', { started: 0, readySince: 45 }), 'MODIFIED')]);
    expect(stage.heard(50, 300)).toEqual([]);
  });
  it('opens where the pod does not become ready in time', () => {
    const stage = givenStage();
    const starting = pod('api', { ready: false, started: 0, readySince: 0 });
    stage.arrives(1, 'kubernetes.object', [object(deployment('api')), object(starting)]);
    stage.arrives(10, 'kubernetes.event', [probe(10)]);
    expect(stage.heard(15, 140).map(brief)).toContain('opened readiness-failed Deployment/api');
  });
});

describe('rollout-churn and object-deleted', () => {
  const killed = (seconds: number) => event('Unhealthy', 'Readiness probe failed: EOF', { seconds });
  const stageAfterDeletion = (ownerToo: boolean) => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', known());
    stage.arrives(10, 'kubernetes.object', [object(pod('api'), 'DELETED')]);
    if (ownerToo)
      stage.arrives(11, 'kubernetes.object', [
        object(replicaSet('api'), 'DELETED'),
        object(deployment('api'), 'DELETED'),
      ]);
    return stage;
  };
  it('mutes what a pod that was replaced had to say', () => {
    expect(stageAfterDeletion(false).arrives(12, 'kubernetes.event', [killed(9)]).outcomes).toEqual([
      'muted:rollout-churn',
    ]);
  });
  it('mutes what a pod that was removed with its owner had to say', () => {
    expect(stageAfterDeletion(true).arrives(12, 'kubernetes.event', [killed(9)]).outcomes).toEqual([
      'muted:object-deleted',
    ]);
  });
  it('mutes events about what was not there when its kind was listed', () => {
    const listed = [
      { type: 'list-begin' as const, kind: 'Pod' },
      ...known(),
      { type: 'list-end' as const, kind: 'Pod' },
    ];
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', listed);
    const told = event('FailedMount', 'MountVolume.SetUp failed', { about: 'Pod/old-abc123-xxxxx', seconds: -20 });
    expect(stage.arrives(1, 'kubernetes.event', [told]).outcomes).toEqual(['muted:object-deleted']);
  });
  it('lets an eviction count, for its owner, though the pod is gone', () => {
    const stage = stageAfterDeletion(false);
    const told = stage.arrives(12, 'kubernetes.event', [
      event('Evicted', 'The node was low on resource: memory.', { seconds: 9 }),
    ]);
    expect(told.told.map(brief)).toEqual(['opened evicted Deployment/api']);
  });
});

describe('stale-event', () => {
  it('mutes an event that is older than the object of that name', () => {
    const anew = object(unready({ metadata: { creationTimestamp: at(-100) } }));
    expect(
      outcomeOf([object(deployment('api')), anew], event('FailedMount', 'MountVolume.SetUp failed', { seconds: -400 })),
    ).toEqual(['muted:stale-event']);
  });
  it('counts one that is younger', () => {
    const anew = object(
      unready({
        metadata: { creationTimestamp: at(-100) },
        container: { ready: false, state: { waiting: { reason: 'ContainerCreating' } } },
      }),
    );
    expect(
      outcomeOf(
        [object(deployment('api')), anew],
        event('FailedMount', 'MountVolume.SetUp failed', { seconds: -50 }),
      )[0],
    ).toBe('signal');
  });
});

describe('long-past', () => {
  it('mutes what was last seen over ten minutes ago about an object of which nothing is known', () => {
    expect(outcomeOf([], event('FailedMount', 'MountVolume.SetUp failed', { seconds: -700 }))).toEqual([
      'muted:long-past',
    ]);
  });
  it('counts what was seen lately', () => {
    expect(outcomeOf([], event('FailedMount', 'MountVolume.SetUp failed', { seconds: -60 }))[0]).toBe('signal');
  });
});

describe('expired-event and controller-conflict', () => {
  it('mutes the removal of an event object', () => {
    expect(outcomeOf(known(), event('BackOff', 'x', { deleted: true }))).toEqual(['muted:expired-event']);
  });
  it('mutes a lost race of a controller, not another failure of it', () => {
    const lost = event(
      'FailedToCreateEndpoint',
      'Failed to create endpoint for service shop/api: endpoints "api" already exists',
      { about: 'Endpoints/api', seconds: 1 },
    );
    const denied = event('FailedToCreateEndpoint', 'Failed to create endpoint for service shop/api: forbidden', {
      about: 'Endpoints/api',
      seconds: 1,
    });
    expect(outcomeOf([], lost)).toEqual(['muted:controller-conflict']);
    expect(outcomeOf([], denied)[0]).toBe('signal');
  });
});

describe('repeats of an event', () => {
  it('counts the growth of its count, and a version that is known already as deduplicated', () => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', [object(deployment('api')), object(crashLooping('api', -5))]);
    const told = event('BackOff', 'Back-off restarting failed container', { count: 4, seconds: 1 });
    stage.arrives(1, 'kubernetes.event', [told]);
    expect(stage.arrives(2, 'kubernetes.event', [told]).outcomes).toEqual(['deduplicated']);
    const more = { ...told, resourceVersion: 'other', count: 6 };
    expect(stage.arrives(3, 'kubernetes.event', [more]).outcomes).toEqual(['deduplicated']);
    // One by state, four and two by events.
    expect(stage.heard(60, 120).at(-1)?.signal.count).toBe(7);
  });
});

describe('a step that is done in the end', () => {
  const refused = (seconds: number) =>
    event('FailedCreate', 'Error creating: serviceaccount "api" not found', {
      about: 'ReplicaSet/api-abc123',
      seconds,
    });
  const created = (seconds: number) =>
    event('SuccessfulCreate', 'Created pod: x', { about: 'ReplicaSet/api-abc123', eventType: 'Normal', seconds });
  const bare = [
    object({ ...deployment('api'), status: undefined }),
    object({ ...replicaSet('api'), status: undefined }),
  ];

  it('opens nothing where it is done before it has settled', () => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', bare);
    stage.arrives(1, 'kubernetes.event', [refused(1)]);
    expect(stage.arrives(9, 'kubernetes.event', [created(9)]).outcomes).toEqual(['muted:normal-event']);
    expect(stage.heard(10, 60)).toEqual([]);
  });
  it('mutes what failed in the second in which it was done, in whatever order they arrive', () => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', bare);
    stage.arrives(1.2, 'kubernetes.event', [created(1)]);
    expect(stage.arrives(1.4, 'kubernetes.event', [refused(1)]).outcomes).toEqual(['muted:ended-well']);
  });
  it('opens where it was done earlier only', () => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', bare);
    stage.arrives(1, 'kubernetes.event', [created(1)]);
    stage.arrives(2, 'kubernetes.event', [refused(2)]);
    expect(stage.heard(5, 60).map(brief)).toEqual(['opened create-refused Deployment/api']);
  });
});

describe('a probe of which nothing else is known', () => {
  const probe = (seconds: number) => event('Unhealthy', 'Liveness probe failed: EOF', { about: 'Pod/lone', seconds });
  it('counts once it has failed again', () => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.event', [probe(0)]);
    expect(stage.heard(5, 100)).toEqual([]);
    stage.arrives(101, 'kubernetes.event', [probe(101)]);
    stage.arrives(111, 'kubernetes.event', [probe(111)]);
    expect(stage.heard(115, 130).map(brief)).toEqual(['opened liveness-failed Pod/lone']);
  });
});
