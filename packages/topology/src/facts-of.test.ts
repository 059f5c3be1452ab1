import { entity, type KubeObject, readKubeObject } from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import { factsOf } from './facts-of.ts';

function read(raw: Record<string, unknown>): KubeObject {
  const result = readKubeObject(raw);
  if (!('object' in result)) throw new Error(result.expected);
  return result.object;
}

const refs = (object: KubeObject) =>
  (factsOf(object)?.refs ?? []).map((each) => `${each.type} ${each.to.kind}/${each.to.name}`);
const meta = { name: 'x', namespace: 'shop' };

describe('facts of', () => {
  it('a Deployment: labels of its template, hosts, and what it reads', () => {
    const container = {
      name: 'x',
      image: 'registry.example:5000/shop/x:1.2',
      env: [
        { name: 'REDIS_HOST', value: 'redis' },
        { name: 'REDIS_PORT', value: '6379' },
        { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
      ],
      envFrom: [{ configMapRef: { name: 'settings' } }],
      readinessProbe: { httpGet: { path: '/', port: 8080 } },
    };
    const volumes = [
      { name: 'a', persistentVolumeClaim: { claimName: 'data' } },
      { name: 'b', projected: { sources: [{ configMap: { name: 'kube-root-ca.crt' } }, { secret: { name: 'tls' } }] } },
    ];
    const spec = { serviceAccountName: 'runner', containers: [container], volumes };
    const object = read({
      kind: 'Deployment',
      metadata: meta,
      spec: { template: { metadata: { labels: { app: 'x' } }, spec } },
    });
    expect(factsOf(object)?.labels).toEqual({ app: 'x' });
    expect(factsOf(object)?.hosts).toEqual([{ host: 'redis', port: 6379, from: 'env REDIS_HOST' }]);
    expect(refs(object)).toEqual([
      'configures ServiceAccount/runner',
      'mounts PersistentVolumeClaim/data',
      'mounts Secret/tls',
      'configures Secret/db',
      'configures ConfigMap/settings',
    ]);
  });

  it('a Pod: its node and its owner', () => {
    const pod = read({
      kind: 'Pod',
      metadata: { ...meta, labels: { app: 'x' } },
      spec: { nodeName: 'n1', containers: [] },
    });
    const owner = entity('Deployment', 'shop', 'x');
    expect(factsOf(pod, owner)).toEqual({
      owner,
      labels: { app: 'x' },
      refs: [{ type: 'runs-on', to: { kind: 'Node', name: 'n1' }, from: 'spec.nodeName' }],
    });
  });

  it('a StatefulSet: the claims of its ordinals', () => {
    const spec = { replicas: 2, volumeClaimTemplates: [{ metadata: { name: 'data' } }], template: {} };
    expect(refs(read({ kind: 'StatefulSet', metadata: meta, spec }))).toEqual([
      'mounts PersistentVolumeClaim/data-x-0',
      'mounts PersistentVolumeClaim/data-x-1',
    ]);
  });

  it('an Ingress: the Services that it routes to, in both spellings, and its certificate', () => {
    const paths = [{ backend: { service: { name: 'web' } } }, { backend: { serviceName: 'old' } }];
    const spec = { rules: [{ http: { paths } }], tls: [{ secretName: 'cert' }] };
    expect(refs(read({ kind: 'Ingress', metadata: meta, spec }))).toEqual([
      'routes Service/web',
      'routes Service/old',
      'configures Secret/cert',
    ]);
  });

  it('autoscalers, claims and ExternalName Services', () => {
    expect(
      refs(
        read({
          kind: 'HorizontalPodAutoscaler',
          metadata: meta,
          spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' } },
        }),
      ),
    ).toEqual(['scales Deployment/web']);
    expect(
      refs(
        read({ kind: 'PersistentVolumeClaim', metadata: meta, spec: { volumeName: 'pv1', storageClassName: 'fast' } }),
      ),
    ).toEqual(['mounts PersistentVolume/pv1', 'configures StorageClass/fast']);
    expect(
      factsOf(read({ kind: 'Service', metadata: meta, spec: { type: 'ExternalName', externalName: 'db.example.com' } }))
        ?.hosts?.[0]?.host,
    ).toBe('db.example.com');
  });

  it('objects without a spec, or of a kind that the graph does not need', () => {
    expect(factsOf(read({ kind: 'Deployment', metadata: meta }))).toEqual({ labels: {} });
    expect(factsOf(read({ kind: 'Service', metadata: meta }))).toEqual({});
    expect(factsOf(read({ kind: 'Namespace', metadata: { name: 'shop' } }))).toBeUndefined();
  });
});
