import { type EntityRef, entity, entityKey, type TopologyFacts } from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import { createGraph, type Graph } from './graph.ts';

const deployment = (name: string, namespace = 'shop') => entity('Deployment', namespace, name);
const service = (name: string, namespace = 'shop') => entity('Service', namespace, name);
const lines = (graph: Graph, of: EntityRef) =>
  graph.dependencies(of).map((edge) => `${edge.type} ${entityKey(edge.to)}${edge.weight < 0.9 ? ' ?' : ''}`);
const callers = (graph: Graph, of: EntityRef) =>
  graph.trace(of, 'callers', 3).map((each) => `${each.hops} ${entityKey(each.entity)}`);

const shop: [EntityRef, TopologyFacts][] = [
  [service('redis'), { selector: { app: 'redis' } }],
  [deployment('redis'), { labels: { app: 'redis' } }],
  [service('orders'), { selector: { app: 'orders' } }],
  [deployment('orders'), { labels: { app: 'orders' }, hosts: [{ host: 'redis', port: 6379, from: 'env REDIS_HOST' }] }],
  [deployment('web'), { labels: { app: 'web' }, hosts: [{ host: 'orders.shop.svc', from: 'env ORDERS' }] }],
  [
    entity('Pod', 'shop', 'web-1'),
    {
      owner: deployment('web'),
      labels: { app: 'web' },
      refs: [{ type: 'runs-on', to: entity('Node', undefined, 'n1'), from: 'spec.nodeName' }],
    },
  ],
];

function graphOf(facts: readonly [EntityRef, TopologyFacts][]): Graph {
  const graph = createGraph();
  for (const [ref, each] of facts) graph.apply(ref, each);
  return graph;
}

describe('graph', () => {
  it('given a host in the environment, when asked for dependencies, then the call goes to the Service and on to what it selects', () => {
    const graph = graphOf(shop);
    expect(lines(graph, deployment('orders'))).toEqual(['calls Service/shop/redis']);
    expect(
      graph.trace(deployment('orders'), 'callees', 3).map((each) => `${each.hops} ${entityKey(each.entity)}`),
    ).toEqual(['1 Service/shop/redis', '1 Deployment/shop/redis']);
  });

  it('given a chain of calls, when asked who is harmed, then callers come nearest first and Services cost no hop', () => {
    expect(callers(graphOf(shop), deployment('redis'))).toEqual([
      '0 Service/shop/redis',
      '1 Deployment/shop/orders',
      '1 Service/shop/orders',
      '2 Deployment/shop/web',
    ]);
  });

  it('given the same facts in any order, then the edges are the same', () => {
    const forward = graphOf(shop);
    const backward = graphOf([...shop].reverse());
    for (const [ref] of shop) {
      expect(backward.dependencies(ref)).toEqual(forward.dependencies(ref));
      expect(backward.dependants(ref)).toEqual(forward.dependants(ref));
    }
  });

  it('given a pod with an owner, then it lives in its owner, and its node is the owner’s', () => {
    const graph = graphOf(shop);
    expect(graph.home(entity('Pod', 'shop', 'web-1'))).toEqual(deployment('web'));
    expect(lines(graph, deployment('web'))).toEqual(['calls Service/shop/orders', 'runs-on Node//n1']);
  });

  it('given a pod that was never seen, then its name leads to the workload', () => {
    const graph = graphOf(shop);
    expect(graph.home(entity('Pod', 'shop', 'orders-6c6dfbb8dc-9z6lv'))).toEqual(deployment('orders'));
    expect(graph.home(entity('Pod', 'shop', 'unheard-6c6dfbb8dc-9z6lv')).kind).toBe('Pod');
  });

  it('given a Service that selects nothing, then callers reach it and only a weak edge leads to the workload that is meant', () => {
    const graph = graphOf(shop);
    graph.apply(service('redis'), { selector: { app: 'redis', tier: 'new' } });
    expect(lines(graph, deployment('orders'))).toEqual(['calls Service/shop/redis']);
    expect(lines(graph, service('redis'))).toEqual(['selects Deployment/shop/redis ?']);
    expect(graph.dependants(deployment('redis')).map((edge) => entityKey(edge.from))).toEqual(['Service/shop/redis']);
  });

  it('given a selector that begins to match again, then the edge is sure again', () => {
    const graph = graphOf(shop);
    graph.apply(service('redis'), { selector: { app: 'wrong' } });
    graph.apply(service('redis'), { selector: { app: 'redis' } });
    expect(lines(graph, service('redis'))).toEqual(['selects Deployment/shop/redis']);
  });

  it('given a host that nobody serves, then the caller depends on a Service that is not there', () => {
    const graph = graphOf([[deployment('auth'), { labels: {}, hosts: [{ host: 'postgres', from: 'env DB_HOST' }] }]]);
    expect(lines(graph, deployment('auth'))).toEqual(['calls Service/shop/postgres']);
    expect(graph.facts(service('postgres'))).toBeUndefined();
    expect(callers(graph, service('postgres'))).toEqual(['1 Deployment/shop/auth']);
  });

  it('given hosts of other namespaces and of the world, then short names, FQDNs and external hosts are told apart', () => {
    const graph = graphOf([
      [service('db', 'data'), { selector: { app: 'db' } }],
      [service('kafka'), {}],
      [
        deployment('web'),
        {
          labels: {},
          hosts: ['db.data', 'kafka-0.kafka', 'api.stripe.com', 'pod-0.db.data.svc.cluster.local'].map((host) => ({
            host,
            from: 'args',
          })),
        },
      ],
    ]);
    expect(lines(graph, deployment('web'))).toEqual([
      'calls Host//api.stripe.com',
      'calls Service/data/db',
      'calls Service/shop/kafka',
    ]);
    expect(callers(graph, service('db', 'data'))).toEqual(['1 Deployment/shop/web']);
  });

  it('given a declared call that is taken back, then it is no more, and what objects tell stays', () => {
    const graph = createGraph();
    graph.apply(entity('Deployment', 'shop', 'web'), { labels: {}, hosts: [{ host: 'cart', from: 'env CART' }] });
    graph.apply(entity('Service', 'shop', 'cart'), {});
    const [web, cart, ledger] = ['web', 'cart', 'ledger'].map((name) => entity('Service', 'shop', name));
    graph.declare(web!, cart!, { errorRatio: 0.5, latencyMs: 20 });
    graph.declare(web!, ledger!);
    const calls = () => graph.dependencies(web!).map(({ to, errorRatio }) => [to.name, errorRatio]);
    expect(calls()).toEqual([
      ['cart', 0.5],
      ['ledger', undefined],
    ]);
    graph.declare(web!, cart!, { errorRatio: 0.1 });
    expect(calls()[0]).toEqual(['cart', 0.1]);
    graph.undeclare(web!, cart!);
    graph.undeclare(web!, ledger!);
    expect(calls()).toEqual([['cart', undefined]]);
    expect(graph.knows(ledger!)).toBe(false);
  });

  it('given a call by a name without its namespace, then it is the only bearer of that name, as long as it is the only one', () => {
    const graph = createGraph();
    const [web, cart] = [entity('Service', undefined, 'web'), entity('Service', undefined, 'cart')];
    graph.declare(web, cart);
    expect(graph.home(cart)).toEqual(cart);
    graph.apply(entity('Deployment', 'shop', 'cart'), { labels: {} });
    graph.apply(entity('Deployment', 'front', 'web'), { labels: {} });
    expect(graph.home(cart)).toEqual(entity('Deployment', 'shop', 'cart'));
    const callers = () => graph.dependants(entity('Deployment', 'shop', 'cart')).map(({ from }) => from);
    expect(callers()).toEqual([entity('Deployment', 'front', 'web')]);
    graph.apply(entity('Service', 'staging', 'cart'), {});
    expect(graph.home(cart)).toEqual(cart);
    expect(callers()).toEqual([]);
  });

  it('given declared calls by service name, then they mean the workload of that name where no Service is known', () => {
    const graph = graphOf([[deployment('cart'), { labels: { app: 'cart' } }]]);
    graph.declare(service('web'), service('cart'));
    expect(callers(graph, deployment('cart'))).toEqual(['1 Service/shop/web']);
    expect(graph.home(service('cart'))).toEqual(deployment('cart'));
    expect(graph.home(deployment('web'))).toEqual(service('web'));
    expect(graph.knows(entity('Pod', 'shop', 'web-6c6dfbb8dc-9z6lv'))).toBe(true);
    expect(graph.knows(deployment('elsewhere'))).toBe(false);
  });

  it('given declared calls between Services that have objects, then whom a Service selects makes its calls', () => {
    const graph = graphOf([
      [service('cart'), { selector: { app: 'cart' } }],
      [deployment('cart'), { labels: { app: 'cart' } }],
      [service('web'), { selector: { app: 'web' } }],
      [deployment('web'), { labels: { app: 'web' } }],
      [deployment('bystander'), { labels: { app: 'bystander' } }],
      [service('everything'), { selector: {} }],
    ]);
    graph.declare(service('web'), service('cart'));
    graph.declare(service('everything'), service('cart'));
    expect(lines(graph, deployment('web'))).toEqual(['calls Service/shop/cart']);
    expect(
      graph.trace(deployment('web'), 'callees', 3).map((each) => `${each.hops} ${entityKey(each.entity)}`),
    ).toEqual(['1 Service/shop/cart', '1 Deployment/shop/cart']);
    expect(callers(graph, deployment('cart'))).toContain('1 Deployment/shop/web');
    expect(callers(graph, deployment('cart'))).not.toContain('1 Deployment/shop/bystander');
    graph.undeclare(service('web'), service('cart'));
    expect(lines(graph, deployment('web'))).toEqual([]);
  });

  it('given a ConfigMap that names hosts, then who reads it calls them', () => {
    const graph = graphOf([
      [entity('ConfigMap', 'shop', 'settings'), { hosts: [{ host: 'redis', from: 'data[redis.host]' }] }],
      [service('redis'), { selector: { app: 'redis' } }],
      [
        deployment('web'),
        { labels: {}, refs: [{ type: 'configures', to: entity('ConfigMap', 'shop', 'settings'), from: 'envFrom' }] },
      ],
    ]);
    expect(lines(graph, deployment('web'))).toEqual([
      'calls Service/shop/redis ?',
      'configures ConfigMap/shop/settings',
    ]);
    expect(callers(graph, service('redis'))).toEqual(['1 Deployment/shop/web']);
  });

  it('given an object that goes, then its edges go with it', () => {
    const graph = graphOf(shop);
    graph.apply(deployment('orders'), undefined);
    expect(callers(graph, deployment('redis'))).toEqual(['0 Service/shop/redis']);
    expect(graph.neighbourhood(deployment('web'), 1).entities.map(entityKey)).toEqual([
      'Deployment/shop/web',
      'Service/shop/orders',
      'Node//n1',
    ]);
  });

  it('given an owner whose own object was never seen, then what it owns lives in it', () => {
    const rollout = entity('Rollout', 'shop', 'web');
    const graph = graphOf([[deployment('web'), { labels: { app: 'web' }, owner: rollout }]]);
    expect(graph.home(deployment('web'))).toEqual(rollout);
    expect(graph.home(entity('Pod', 'shop', 'web-6c6dfbb8dc-9z6lv'))).toEqual(rollout);
  });

  it('given a policy, then what it selects depends on it', () => {
    const graph = graphOf([...shop, [entity('NetworkPolicy', 'shop', 'deny'), { selector: {} }]]);
    expect(lines(graph, deployment('redis'))).toEqual(['limits NetworkPolicy/shop/deny']);
    expect(graph.dependants(entity('NetworkPolicy', 'shop', 'deny')).length).toBe(3);
  });
});
