import { describe, expect, it } from 'vitest';
import { blastRadiusOf, type Reach } from './blast-radius.ts';
import { entityOfKey } from './entity.ts';
import type { Incident } from './incident.ts';
import type { SymptomId } from './symptoms.ts';

function scopeOf(keys: readonly string[], reach: Reach = {}, symptom: SymptomId = 'crash-loop') {
  const members = keys.map((key) => ({
    signal: { entity: entityOfKey(key), symptom },
  })) as unknown as Incident['members'];
  return blastRadiusOf({ members }, reach);
}

describe('the blast radius', () => {
  it.each([
    ['a bare pod', ['Pod/a/x'], {}, 'pod'],
    ['some pods of a workload', ['Deployment/a/x'], { somePodsOnly: true }, 'pod'],
    ['a workload', ['Deployment/a/x'], {}, 'workload'],
    ['a workload and its Service', ['Deployment/a/x', 'Service/a/x'], {}, 'workload'],
    ['two workloads of a namespace', ['Deployment/a/x', 'StatefulSet/a/y'], {}, 'namespace'],
    ['a namespace', ['Namespace//a'], {}, 'namespace'],
    ['a caller elsewhere', ['Deployment/a/x'], { affected: [entityOfKey('Deployment/b/y')] }, 'multi-namespace'],
    ['four namespaces', ['Pod/a/x', 'Pod/b/x', 'Pod/c/x', 'Pod/d/x'], {}, 'cluster'],
    ['a node of many, and what ran on it', ['Node//n1', 'Deployment/a/x'], { nodes: 9 }, 'workload'],
    ['most nodes', ['Node//n1', 'Node//n2', 'Deployment/a/x'], { nodes: 3 }, 'cluster'],
    ['only what belongs to no namespace', ['Node//n1'], { nodes: 9 }, 'cluster'],
  ] as const)('of %s', (_, keys, reach, scope) => {
    expect(scopeOf(keys, reach).scope).toBe(scope);
  });

  it('is the cluster where names do not resolve', () => {
    expect(scopeOf(['Deployment/kube-system/coredns'], {}, 'dns-failed').scope).toBe('cluster');
  });

  it('counts each entity once', () => {
    const reach = { affected: [entityOfKey('Deployment/a/x'), entityOfKey('Deployment/b/z')] };
    expect(scopeOf(['Deployment/a/x', 'Deployment/a/x', 'Service/a/x', 'Node//n'], reach)).toMatchObject({
      workloads: 2,
      namespaces: 2,
      nodes: 1,
    });
  });
});
