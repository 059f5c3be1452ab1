import { entity, entityKey, type KubeObject, readKubeObject } from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import { type ClusterObjects, createClusterObjects } from '../cluster-objects.ts';
import { LARGE_NAMESPACE, MAX_NODES, MAX_OBJECTS, MAX_PODS_PER_WORKLOAD } from './budget.ts';
import { refOf, selectObjects } from './select-objects.ts';

function object(
  kind: string,
  namespace: string | undefined,
  name: string,
  rest: object = {},
  metadata: object = {},
): KubeObject {
  const read = readKubeObject({ kind, metadata: { name, ...(namespace && { namespace }), ...metadata }, ...rest });
  if (!('object' in read)) throw new Error(read.field);
  return read.object;
}

const controller = (kind: string, name: string) => ({ ownerReferences: [{ kind, name, controller: true }] });

/** A Deployment with its ReplicaSet, a pod and a Service; it calls the hosts that it is given. */
function addService(objects: ClusterObjects, namespace: string, name: string, calls: readonly string[] = []): void {
  const env = calls.map((host, index) => ({ name: `DEP_${index}_URL`, value: `http://${host}:8080` }));
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name, env }] } };
  objects.put(object('Deployment', namespace, name, { spec: { template } }));
  objects.put(object('ReplicaSet', namespace, `${name}-75c`, { spec: { template } }, controller('Deployment', name)));
  const pod = { spec: { ...template.spec, nodeName: 'n1' }, status: { phase: 'Running' } };
  objects.put(
    object('Pod', namespace, `${name}-75c-x7k2p`, pod, { labels, ...controller('ReplicaSet', `${name}-75c`) }),
  );
  objects.put(object('Service', namespace, name, { spec: { selector: labels, ports: [{ port: 8080 }] } }));
}

function chain(): ClusterObjects {
  const objects = createClusterObjects();
  objects.put(object('Node', undefined, 'n1'));
  addService(objects, 'web', 'front', ['cart.shop']);
  addService(objects, 'shop', 'cart', ['stock']);
  addService(objects, 'shop', 'stock', ['db.data']);
  addService(objects, 'data', 'db', ['disk.far']);
  addService(objects, 'far', 'disk', ['tape.deep']);
  addService(objects, 'deep', 'tape');
  addService(objects, 'shop', 'bystander');
  return objects;
}

const select = (objects: ClusterObjects, members: readonly string[], hops = 3) =>
  selectObjects(objects, { members, hops });
const nearOf = (around: ReturnType<typeof select>) =>
  new Map(around.objects.map(({ object: each, near }) => [entityKey(refOf(each)), near]));

describe('the objects around an incident', () => {
  it('are its members first, then what they need call by call, across namespaces, as far as the hops go', () => {
    const near = nearOf(select(chain(), ['Deployment/shop/cart']));
    expect(near.get('Deployment/shop/cart')).toBe(0);
    expect(near.get('Pod/shop/cart-75c-x7k2p')).toBeCloseTo(0.1);
    const hop = (key: string) => Math.floor(near.get(key) ?? -1);
    expect([hop('Deployment/shop/stock'), hop('Deployment/data/db'), hop('Deployment/far/disk')]).toEqual([1, 2, 3]);
    expect(near.has('Pod/far/disk-75c-x7k2p')).toBe(true);
    expect(near.has('Deployment/deep/tape')).toBe(false);
  });

  it('hold what calls a member directly, and name it as a dependent', () => {
    const around = select(chain(), ['Deployment/shop/cart']);
    expect(around.dependents.map(entityKey)).toContain('Deployment/web/front');
    expect(nearOf(around).has('Pod/web/front-75c-x7k2p')).toBe(true);
    expect(select(chain(), ['Deployment/data/db']).dependents.map(entityKey)).not.toContain('Deployment/shop/cart');
  });

  it('hold neighbours in the members’ namespaces after all that the graph leads to', () => {
    const around = select(chain(), ['Deployment/shop/cart']);
    const keys = around.objects.map(({ object: each }) => entityKey(refOf(each)));
    expect(keys.indexOf('Deployment/shop/bystander')).toBeGreaterThan(keys.indexOf('Deployment/far/disk'));
    expect(keys.some((key) => key.startsWith('Deployment/deep'))).toBe(false);
  });

  it('hold a name that leads nowhere as an edge, for that may be the trouble', () => {
    const objects = createClusterObjects();
    addService(objects, 'shop', 'cart', ['no-such-db']);
    expect(
      select(objects, ['Deployment/shop/cart']).edges.map(({ from, to }) => `${entityKey(from)} ${to.name}`),
    ).toContain('Deployment/shop/cart no-such-db');
  });

  it('hold limits of the namespace, and classes and volumes where a claim is involved', () => {
    const objects = createClusterObjects();
    objects.put(object('Namespace', undefined, 'shop'));
    objects.put(object('ResourceQuota', 'shop', 'pods'));
    objects.put(object('StorageClass', undefined, 'fast'));
    objects.put(object('PersistentVolumeClaim', 'shop', 'data', { spec: { storageClassName: 'slow' } }));
    objects.put(object('PersistentVolume', undefined, 'free'));
    objects.put(
      object('PersistentVolume', undefined, 'taken', { spec: { claimRef: { namespace: 'other', name: 'x' } } }),
    );
    const keys = [...nearOf(select(objects, ['PersistentVolumeClaim/shop/data'])).keys()];
    expect(keys).toEqual(
      expect.arrayContaining([
        'Namespace//shop',
        'ResourceQuota/shop/pods',
        'StorageClass//fast',
        'PersistentVolume//free',
      ]),
    );
    expect(keys).not.toContain('PersistentVolume//taken');
  });

  it('keep the pods in trouble of a workload that has many', () => {
    const objects = createClusterObjects();
    addService(objects, 'shop', 'cart');
    for (let index = 10; index < 40; index++) {
      const waiting = {
        status: { containerStatuses: [{ name: 'cart', state: { waiting: { reason: 'CrashLoopBackOff' } } }] },
      };
      objects.put(
        object(
          'Pod',
          'shop',
          `cart-75c-aaa${index}`,
          index === 39 ? waiting : {},
          controller('ReplicaSet', 'cart-75c'),
        ),
      );
    }
    const around = select(objects, ['Deployment/shop/cart']);
    const pods = around.objects
      .filter(({ object: each }) => each.kind === 'Pod')
      .map(({ object: each }) => each.metadata.name);
    expect(pods.length).toBe(MAX_PODS_PER_WORKLOAD);
    expect(pods).toContain('cart-75c-aaa39');
    expect(around.leftOut).toBe(31 - MAX_PODS_PER_WORKLOAD);
  });

  it('stay within their number, and say how many nodes there are, in a large cluster', () => {
    const objects = createClusterObjects();
    addService(objects, 'shop', 'cart');
    for (let index = 0; index < 300; index++) objects.put(object('Node', undefined, `node-${index}`));
    objects.put(object('Node', undefined, 'z-bad', { status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } }));
    for (let index = 0; index < LARGE_NAMESPACE; index++) objects.put(object('ConfigMap', 'shop', `c${index}`));
    const around = select(objects, ['Deployment/shop/cart']);
    const kinds = Object.groupBy(around.objects, ({ object: each }) => each.kind);
    expect(around.objects.length).toBeLessThanOrEqual(MAX_OBJECTS);
    expect([around.nodes, kinds.Node?.length, kinds.ConfigMap]).toEqual([301, MAX_NODES, undefined]);
    expect(kinds.Node?.some(({ object: each }) => each.metadata.name === 'z-bad')).toBe(true);
  });

  it('are none where nothing of the members is known', () => {
    expect(select(createClusterObjects(), ['Deployment/shop/gone']).objects).toEqual([]);
  });

  it('do not depend on the order in which the objects came', () => {
    const forth = chain();
    const back = createClusterObjects();
    const all = ['web', 'shop', 'data', 'far', 'deep', ''].flatMap((namespace) => forth.keysOf(namespace));
    for (const key of all.toReversed()) back.put(forth.object(key) as KubeObject, forth.owner(key));
    expect(select(back, ['Deployment/shop/cart'])).toEqual(select(forth, ['Deployment/shop/cart']));
    expect(back.owner('Pod/shop/cart-75c-x7k2p')).toEqual(entity('Deployment', 'shop', 'cart'));
  });
});
