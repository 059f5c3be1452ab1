import { describe, expect, it } from 'vitest';
import { deploy, deployment, entity, node, service, testCluster } from './testing/cluster.ts';

describe('joining', () => {
  it('given a Service without endpoints, when its callers and theirs crash, then all are one incident and another chain is apart', () => {
    const c = testCluster();
    deploy(c, 'redis-cache');
    deploy(c, 'order-processor', ['redis-cache']);
    deploy(c, 'notification-service', ['order-processor']);
    deploy(c, 'data-store');
    deploy(c, 'etl-worker', ['data-store']);
    deploy(c, 'dashboard-api', ['etl-worker']);
    c.facts(service('redis-cache'), { selector: { app: 'redis' } }, 20);
    c.opens(40, deployment('order-processor'), 'crash-loop');
    c.opens(42, deployment('etl-worker'), 'crash-loop');
    c.opens(45, deployment('dashboard-api'), 'crash-loop');
    c.opens(46, deployment('notification-service'), 'crash-loop');
    c.opens(50, service('redis-cache'), 'service-no-endpoints', { firstSeen: '2026-01-01T12:00:20.000Z' });
    expect(c.groups()).toEqual(['dashboard-api etl-worker', 'notification-service order-processor redis-cache']);
  });

  it('given a gateway that calls two broken services, then it joins one of them and these stay apart', () => {
    const c = testCluster();
    deploy(c, 'payment');
    deploy(c, 'auth', ['postgres']);
    deploy(c, 'user');
    deploy(c, 'analytics');
    deploy(c, 'gateway', ['auth', 'user']);
    c.opens(1, deployment('auth'), 'init-failed');
    c.opens(2, deployment('user'), 'config-error');
    c.opens(3, deployment('payment'), 'image-pull', { attributes: { image: 'company-registry.io/payment:1' } });
    c.opens(4, deployment('analytics'), 'oom-killed');
    c.opens(5, deployment('gateway'), 'crash-loop');
    c.opens(6, deployment('analytics'), 'crash-loop');
    for (let s = 10; s < 60; s += 5) c.tick(s);
    expect(c.groups()).toEqual(['analytics', 'auth gateway', 'payment', 'user']);
  });

  it('given the gateway was noticed first, then one cause explains it and the other stays apart', () => {
    const c = testCluster();
    deploy(c, 'auth');
    deploy(c, 'user');
    deploy(c, 'gateway', ['auth', 'user']);
    c.opens(1, deployment('gateway'), 'crash-loop');
    c.opens(10, deployment('auth'), 'init-failed');
    c.opens(20, deployment('user'), 'config-error');
    for (let s = 25; s < 90; s += 5) c.tick(s);
    expect(c.groups()).toEqual(['auth gateway', 'user']);
  });

  it('given a victim that was taken for another’s, when what it needs first shows, then it moves there once it has settled', () => {
    const c = testCluster();
    deploy(c, 'auth');
    deploy(c, 'user');
    deploy(c, 'gateway', ['auth', 'user']);
    c.opens(1, deployment('user'), 'config-error');
    c.opens(5, deployment('gateway'), 'crash-loop');
    c.opens(6, deployment('gateway'), 'replicas-missing');
    c.opens(7, deployment('auth'), 'init-failed');
    expect(c.groups()).toEqual(['auth', 'gateway user']);
    for (let s = 10; s < 60; s += 5) c.tick(s);
    expect(c.groups()).toEqual(['auth gateway', 'user']);
    expect(c.incidents().every((each) => each.ready)).toBe(true);
  });

  it('given two victims of one cause that are open already, when the cause shows, then their incidents merge into the older', () => {
    const c = testCluster();
    deploy(c, 'db');
    deploy(c, 'cart', ['db']);
    deploy(c, 'search', ['db']);
    c.opens(1, deployment('cart'), 'request-errors');
    c.opens(5, deployment('search'), 'crash-loop');
    expect(c.groups()).toEqual(['cart', 'search']);
    c.opens(9, deployment('db'), 'oom-killed');
    expect(c.groups()).toEqual(['cart db search']);
    const [incident] = c.incidents();
    expect(incident?.openedAt).toBe('2026-01-01T12:00:01.000Z');
    expect(incident?.roots[0]?.entity).toEqual(deployment('db'));
    const tombstone = c.revisions.find((each) => each.mergedInto !== undefined);
    expect(tombstone?.mergedInto).toBe(incident?.id);
    expect(
      incident?.members.every(
        (member) => member.why.rule !== '' && (member.why.through !== undefined || member.why.rule === 'opened'),
      ),
    ).toBe(true);
  });

  it('given unrelated pods that cannot be scheduled in one namespace, then each is an incident of its own', () => {
    const c = testCluster();
    for (const name of ['solver', 'render', 'other']) deploy(c, name);
    c.opens(1, deployment('solver'), 'unschedulable', { messages: ['0/3 nodes are available: 3 Insufficient cpu.'] });
    c.opens(1, deployment('render'), 'unschedulable', {
      messages: ["0/3 nodes are available: 3 didn't match selector."],
    });
    for (let s = 5; s < 90; s += 5) c.tick(s);
    expect(c.groups()).toEqual(['render', 'solver']);
  });

  it('given pods that the same cordoned nodes turn away, then they are one incident', () => {
    const c = testCluster();
    for (const name of ['cart', 'search']) deploy(c, name);
    c.opens(1, deployment('cart'), 'unschedulable', {
      messages: ['0/4 nodes are available: 1 node(s) were unschedulable, 3 Insufficient cpu. preemption: no'],
    });
    c.opens(20, deployment('search'), 'unschedulable', {
      messages: ['0/4 nodes are available: 3 Insufficient cpu, 1 node(s) were unschedulable. preemption: x'],
    });
    expect(c.groups()).toEqual(['cart search']);
  });

  it('given a consumer that nobody calls, when who fills its queue fails, then it joins; when only another consumer’s caller does, it does not', () => {
    const c = testCluster();
    c.calls(service('web'), service('checkout'));
    c.calls(service('checkout'), service('kafka'));
    c.calls(service('accounting'), service('kafka'));
    c.calls(service('web'), service('ads'));
    c.opens(1, service('checkout'), 'request-errors');
    c.opens(60, service('accounting'), 'traffic-lost');
    c.opens(70, service('ads'), 'oom-killed');
    expect(c.groups()).toEqual(['accounting checkout', 'ads']);
  });

  it('given a victim, when it shows other trouble much later while its cause has gone, then that stands alone', () => {
    const c = testCluster();
    c.calls(service('web'), service('cart'));
    const cause = c.opens(1, service('cart'), 'crash-loop');
    const victim = c.opens(10, service('web'), 'request-errors');
    c.resolves(300, cause);
    for (let s = 20; s < 500; s += 60) c.tells(s, victim, { count: s });
    c.opens(500, service('web'), 'oom-killed');
    expect(c.groups()).toEqual(['cart web', 'web']);
  });

  it('given an event that nobody has told of for long, then it attracts nothing; what an object shows lasts', () => {
    const c = testCluster();
    for (const name of ['a', 'b']) deploy(c, name);
    c.opens(1, deployment('a'), 'create-refused');
    c.opens(1, deployment('b'), 'create-refused', { sources: ['kubernetes.object'] });
    c.opens(800, deployment('a'), 'sandbox-failed');
    c.opens(800, deployment('b'), 'sandbox-failed');
    expect(c.groups()).toEqual(['a', 'a', 'b']);
  });

  it('given the same kind of failure of workloads that share nothing, then they stay apart', () => {
    const c = testCluster();
    for (const name of ['loader', 'processor']) deploy(c, name);
    c.opens(1, deployment('loader'), 'oom-killed');
    c.opens(2, deployment('processor'), 'oom-killed');
    c.opens(3, deployment('loader'), 'crash-loop');
    for (let s = 5; s < 90; s += 5) c.tick(s);
    expect(c.groups()).toEqual(['loader', 'processor']);
  });

  it('given a quota that is full, then those that it refuses join it, and other refusals do not', () => {
    const c = testCluster();
    deploy(c, 'runner');
    deploy(c, 'denied');
    c.opens(1, deployment('runner'), 'create-refused', {
      messages: ['Error creating: pods "x" is forbidden: exceeded quota: pod-quota, requested: pods=1'],
    });
    c.opens(2, deployment('denied'), 'create-refused', {
      messages: ['admission webhook "policy.example" denied the request'],
    });
    c.opens(30, entity('ResourceQuota', 'shop', 'pod-quota'), 'quota-full');
    expect(c.groups()).toEqual(['denied', 'pod-quota runner']);
  });

  it('given a claim that cannot bind, then the StatefulSet that mounts it joins it', () => {
    const c = testCluster();
    const claim = entity('PersistentVolumeClaim', 'shop', 'data-db-0');
    const db = entity('StatefulSet', 'shop', 'db');
    c.facts(db, { labels: { app: 'db' }, refs: [{ type: 'mounts', to: claim, from: 'spec.volumeClaimTemplates' }] });
    deploy(c, 'solver');
    c.opens(1, db, 'unschedulable');
    c.opens(1, deployment('solver'), 'unschedulable');
    c.opens(20, claim, 'claim-pending');
    expect(c.groups()).toEqual(['data-db-0 db', 'solver']);
  });

  it('given a node that fails, then what runs there joins it, with hundreds of victims, and what runs elsewhere does not', () => {
    const c = testCluster();
    for (let i = 0; i < 60; i++)
      deploy(c, `app-${i}`, [], { refs: [{ type: 'runs-on', to: node(i < 55 ? 'n1' : 'n2'), from: 'spec.nodeName' }] });
    c.opens(1, node('n1'), 'node-not-ready', { severity: 'critical' });
    for (let i = 0; i < 60; i++) c.opens(30 + i / 10, deployment(`app-${i}`), 'not-ready');
    for (let s = 40; s < 80; s += 5) c.tick(s);
    expect(c.incidents().length).toBe(6);
    expect(c.incidents()[0]?.members.length).toBe(56);
    expect(c.incidents()[0]?.roots[0]?.entity).toEqual(node('n1'));
  });

  it('given one registry that cannot be reached, then its images are one incident; one wrong tag is another', () => {
    const c = testCluster();
    for (const name of ['a', 'b', 'wrong']) deploy(c, name);
    const down = ['failed to pull: dial tcp: lookup registry.example: no such host'];
    c.opens(1, deployment('a'), 'image-pull', { attributes: { image: 'registry.example/a:1' }, messages: down });
    c.opens(2, deployment('b'), 'image-pull', { attributes: { image: 'registry.example/b:1' }, messages: down });
    c.opens(3, deployment('wrong'), 'image-pull', {
      attributes: { image: 'registry.example/wrong:9' },
      messages: ['manifest unknown'],
    });
    expect(c.groups()).toEqual(['a b', 'wrong']);
  });

  it('given nothing but alerts, then what is near in namespace and time is one, and other namespaces and later trouble are apart', () => {
    const c = testCluster();
    c.opens(1, deployment('web'), 'request-errors');
    c.opens(60, deployment('cart'), 'latency-high');
    c.opens(61, deployment('cart', 'elsewhere'), 'latency-high');
    c.opens(900, deployment('search'), 'latency-high');
    expect(c.groups()).toEqual(['cart', 'cart web', 'search']);
  });

  it('given declared calls by service name, then the graph parts what the namespace would join', () => {
    const c = testCluster();
    c.calls(service('web'), service('cart'));
    c.calls(service('jobs'), service('mail'));
    c.opens(1, service('cart'), 'request-errors');
    c.opens(30, deployment('web'), 'latency-high');
    c.opens(31, service('mail'), 'request-errors');
    expect(c.groups()).toEqual(['cart web', 'mail']);
  });

  it('given declared calls between Services whose objects are known, then the workloads behind them are joined', () => {
    const c = testCluster();
    for (const name of ['web', 'cart', 'jobs']) {
      c.facts(deployment(name), { labels: { app: name } });
      c.facts(service(name), { selector: { app: name } });
    }
    c.calls(service('web'), service('cart'));
    c.opens(1, deployment('cart'), 'crash-loop');
    c.opens(2, deployment('web'), 'request-errors');
    c.opens(3, deployment('jobs'), 'request-errors');
    expect(c.groups()).toEqual(['cart web', 'jobs']);
  });

  it('given a declared call that is gone, then it joins nothing any more, and is known again when it is told again', () => {
    const groups = (...steps: ((c: ReturnType<typeof testCluster>) => void)[]) => {
      const c = testCluster();
      for (const step of steps) step(c);
      // Two calls that have nothing to do with it, so that the graph knows whom it knows.
      c.calls(service('jobs'), service('cart'));
      c.calls(service('web'), service('mail'));
      c.opens(1, service('cart'), 'request-errors');
      c.opens(30, deployment('web'), 'latency-high');
      return c.groups();
    };
    const told = (c: ReturnType<typeof testCluster>) => c.calls(service('web'), service('cart'));
    const gone = (c: ReturnType<typeof testCluster>) => c.forgets(service('web'), service('cart'));
    expect(groups(told)).toEqual(['cart web']);
    expect(groups(told, gone)).toEqual(['cart', 'web']);
    expect(groups(told, gone, told)).toEqual(['cart web']);
  });

  it('given a victim that is explained, when another callee fails much later, then that is another incident', () => {
    const c = testCluster();
    for (const callee of ['ad', 'checkout']) c.calls(service('frontend'), service(callee));
    c.calls(service('checkout'), service('payment'));
    c.opens(1, service('ad'), 'request-errors');
    c.opens(75, service('frontend'), 'request-errors');
    c.opens(370, service('payment'), 'request-errors');
    c.opens(430, service('checkout'), 'request-errors');
    expect(c.groups()).toEqual(['ad frontend', 'checkout payment']);
  });

  it('given trouble that is learned of before the graph is, then the incident is looked at again when it has settled', () => {
    const c = testCluster();
    c.facts(deployment('orders'), { labels: { app: 'orders' }, hosts: [{ host: 'db', from: 'env DB' }] });
    c.opens(1, deployment('orders'), 'crash-loop');
    c.opens(1, deployment('db'), 'oom-killed');
    expect(c.groups()).toEqual(['db', 'orders']);
    c.facts(deployment('db'), { labels: { app: 'db' } }, 2);
    c.facts(service('db'), { selector: { app: 'db' } }, 2);
    for (let s = 5; s < 60; s += 5) c.tick(s);
    expect(c.groups()).toEqual(['db orders']);
  });
});

describe('signals of low severity', () => {
  it('given one alone, then it opens nothing; given related trouble later, then it joins it', () => {
    const c = testCluster();
    deploy(c, 'db');
    deploy(c, 'web', ['db']);
    c.opens(1, deployment('web'), 'latency-high', { severity: 'low' });
    expect(c.revisions.length).toBe(0);
    c.opens(20, deployment('db'), 'crash-loop');
    expect(c.groups()).toEqual(['db web']);
  });

  it('given one that has waited over ten minutes, then it is let go', () => {
    const c = testCluster();
    deploy(c, 'web');
    c.opens(1, deployment('web'), 'denied', { severity: 'low' });
    c.opens(700, deployment('web'), 'crash-loop');
    expect(c.incidents()[0]?.members.length).toBe(1);
  });
});

describe('a life', () => {
  it('given an incident, then it is ready ten seconds after its last member, and again after each new entity', () => {
    const c = testCluster();
    deploy(c, 'db');
    deploy(c, 'web', ['db']);
    c.opens(1, deployment('db'), 'crash-loop');
    c.tick(6);
    c.tick(12);
    expect(c.revisions.map((each) => each.ready)).toEqual([false, true]);
    c.opens(20, deployment('web'), 'request-errors');
    c.tick(25);
    c.tick(31);
    expect(c.revisions.map((each) => each.ready)).toEqual([false, true, false, true]);
  });

  it('given members that keep coming, then it is ready thirty seconds after it opened', () => {
    const c = testCluster();
    deploy(c, 'db');
    for (let i = 0; i < 8; i++) deploy(c, `web-${i}`, ['db']);
    c.opens(0, deployment('db'), 'crash-loop');
    for (let i = 0; i < 8; i++) c.opens(5 + 5 * i, deployment(`web-${i}`), 'request-errors');
    expect(c.revisions.find((each) => each.ready)?.updatedAt).toBe('2026-01-01T12:00:30.000Z');
  });

  it('given that it keeps growing, then it is ready ever more seldom, and at once again after it was quiet for long', () => {
    const c = testCluster();
    deploy(c, 'db');
    for (let i = 0; i < 21; i++) deploy(c, `web-${i}`, ['db']);
    const readyAt = () => [
      ...new Set(c.revisions.flatMap((each) => (each.ready ? [each.updatedAt.slice(11, 19)] : []))),
    ];
    c.opens(0, deployment('db'), 'crash-loop');
    for (let i = 0; i < 20; i++) {
      c.opens(i * 20, deployment(`web-${i}`), 'request-errors');
      c.tick(i * 20 + 11);
    }
    expect(readyAt()).toEqual(['12:00:11', '12:00:31', '12:00:51', '12:01:51', '12:03:51']);
    for (let s = 400; s < 2000; s += 80) c.tick(s);
    expect(readyAt().slice(5)).toEqual(['12:08:00']);
    c.opens(2000, deployment('web-20'), 'request-errors');
    c.tick(2011);
    expect(readyAt().slice(6)).toEqual(['12:33:31']);
  });

  it('given its members resolve, then it is resolved by their reason, and the same trouble soon after reopens it', () => {
    const c = testCluster();
    deploy(c, 'db');
    const id = c.opens(1, deployment('db'), 'crash-loop');
    c.tick(12);
    c.resolves(60, id);
    const [resolved] = c.incidents();
    expect([resolved?.status, resolved?.closedBy, resolved?.updatedAt]).toEqual([
      'resolved',
      'recovered',
      '2026-01-01T12:01:00.000Z',
    ]);
    c.opens(300, deployment('db'), 'crash-loop');
    expect(c.incidents().length).toBe(1);
    expect([c.incidents()[0]?.status, c.incidents()[0]?.closedBy]).toEqual(['open', undefined]);
  });

  it('given the same trouble after more than ten minutes, then it is another incident', () => {
    const c = testCluster();
    deploy(c, 'db');
    const id = c.opens(1, deployment('db'), 'crash-loop');
    c.resolves(60, id);
    c.opens(661, deployment('db'), 'crash-loop');
    expect(c.incidents().map((each) => each.status)).toEqual(['resolved', 'open']);
  });

  it('given an incident that resolves before it was looked into, then it is ready at once', () => {
    const c = testCluster();
    const id = c.opens(1, deployment('db'), 'crash-loop');
    c.resolves(4, id);
    expect([c.incidents()[0]?.status, c.incidents()[0]?.ready]).toEqual(['resolved', true]);
  });

  it('given all open members are stale, then the incident is stale', () => {
    const c = testCluster();
    const id = c.opens(1, deployment('db'), 'crash-loop');
    c.tells(30, id, { status: 'stale' });
    expect(c.incidents()[0]?.status).toBe('stale');
    c.tells(60, id, { status: 'open' });
    expect(c.incidents()[0]?.status).toBe('open');
  });

  it('given nothing but repeats, then counts are told at most once a minute', () => {
    const c = testCluster();
    const id = c.opens(1, deployment('db'), 'crash-loop');
    c.tick(12);
    for (let s = 13; s < 70; s++) c.tells(s, id, { count: s });
    expect(c.revisions.length).toBe(2);
    c.tells(73, id, { count: 73 });
    expect(c.revisions.length).toBe(3);
    expect(c.incidents()[0]?.members[0]?.signal.count).toBe(69);
  });

  it('given a signal whose owner is learned, then it is followed to where it belongs', () => {
    const c = testCluster();
    deploy(c, 'web');
    c.opens(1, deployment('web'), 'crash-loop');
    const id = c.opens(2, entity('Pod', 'shop', 'strange'), 'not-ready');
    expect(c.incidents().length).toBe(2);
    c.tells(5, id, { entity: deployment('web') });
    expect(c.groups()).toEqual(['web']);
  });

  it('given a signal that turns out to be another, then their incidents are one', () => {
    const c = testCluster();
    deploy(c, 'web');
    const kept = c.opens(1, deployment('web'), 'crash-loop');
    const gone = c.opens(2, entity('Pod', 'shop', 'strange'), 'crash-loop');
    c.tells(5, gone, { mergedInto: kept, status: 'resolved' });
    expect(c.incidents().map((each) => each.members.map((member) => member.signal.id))).toEqual([[kept]]);
  });

  it('given more members than are listed, then the rest is counted, and a big incident is told at a pace', () => {
    const c = testCluster({ maxListed: 10 });
    c.opens(1, node('n1'), 'node-not-ready');
    for (let i = 0; i < 40; i++)
      c.opens(2 + i / 100, deployment(`app-${i}`), 'not-ready', { attributes: { node: 'n1' } });
    c.tick(20);
    expect([c.incidents()[0]?.members.length, c.incidents()[0]?.unlisted]).toEqual([10, 31]);
    expect(c.revisions.length).toBeLessThan(30);
  });

  it('given a cause that shows nothing, then what was changed or is not there is named as a root', () => {
    const c = testCluster();
    deploy(c, 'store');
    deploy(c, 'worker', ['store', 'missing']);
    c.changes(10, deployment('store'), 'image store:2.3 → store:2.4');
    c.opens(40, deployment('worker'), 'crash-loop');
    const roots = c.incidents()[0]?.roots.map((root) => `${root.entity.kind} ${root.entity.name}`);
    expect(roots).toEqual(expect.arrayContaining(['Deployment store', 'Service missing']));
  });
});
