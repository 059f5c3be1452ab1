import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  categoryOf,
  entity,
  entityKey,
  entityOfKey,
  envelopeSchema,
  failureModes,
  hash64,
  hash128,
  kindOf,
  kubeObjectSchema,
  partitionOf,
  readKubeObject,
  symptoms,
} from './index.ts';

describe('failure modes', () => {
  it('are those of the specification, in its order and words', () => {
    const text = readFileSync(new URL('../../../docs/spec/failure-modes.yaml', import.meta.url), 'utf8');
    const specified = [...text.matchAll(/^ {6}([a-z0-9-]+): (.*)$/gm)].map(([, id, description]) => ({
      id,
      description,
    }));
    expect(failureModes.map(({ id, description }) => ({ id, description }))).toEqual(specified);
    expect(failureModes).toHaveLength(101);
  });

  it('know their category', () => {
    expect(categoryOf('service-selector-mismatch')).toBe('cascading-failures');
  });
});

describe('hashes', () => {
  it('have a fixed form and differ for different texts', () => {
    expect(hash64('a')).toMatch(/^[0-9a-f]{16}$/);
    expect(hash128('a')).toMatch(/^[0-9a-f]{32}$/);
    const many = new Set(Array.from({ length: 200_000 }, (_, i) => hash64(`pod-${i}`)));
    expect(many.size).toBe(200_000);
  });
});

describe('entities', () => {
  it('go to a key and back, with and without namespace', () => {
    for (const ref of [
      entity('Deployment', 'shop', 'cart'),
      entity('Node', undefined, 'worker-1'),
      entity('Host', '', 'a/b:80'),
    ])
      expect(entityOfKey(entityKey(ref))).toEqual(ref);
  });
});

describe('partitions', () => {
  it('depend on tenant and cluster alone', () => {
    const seen = new Set(Array.from({ length: 500 }, (_, i) => partitionOf('default', `c${i}`, 24)));
    expect(seen.size).toBe(24);
    expect(partitionOf('default', 'c1', 24)).toBe(partitionOf('default', 'c1', 24));
  });
});

describe('facts of objects', () => {
  it('keep what fits and leave out what does not', () => {
    const read = readKubeObject({
      kind: 'Pod',
      metadata: { name: 'a', managedFields: [{}], labels: { app: 'a', odd: 3 } },
      spec: { containers: [{ name: 'c', image: 5, ports: 'none' }, 'not a container'], nodeName: 'n' },
      status: { phase: 7, containerStatuses: [{ name: 'c', restartCount: 2 }] },
    });
    expect(read).toMatchObject({
      object: {
        kind: 'Pod',
        metadata: { name: 'a', labels: { app: 'a', odd: '3' } },
        spec: { containers: [{ name: 'c' }], nodeName: 'n' },
      },
    });
    expect(JSON.stringify(read)).not.toContain('managedFields');
  });

  it('survive writing and reading', () => {
    for (const raw of [
      {
        kind: 'Service',
        metadata: { name: 's', namespace: 'n' },
        spec: { selector: { app: 'x' }, ports: [{ port: 80, targetPort: 'http' }] },
      },
      {
        kind: 'Certificate',
        apiVersion: 'cert-manager.io/v1',
        metadata: { name: 's' },
        status: { conditions: [{ type: 'Ready', status: 'False' }] },
      },
    ]) {
      const read = readKubeObject(raw);
      if (!('object' in read)) throw new Error('expected an object');
      const again = kubeObjectSchema.parse(JSON.parse(JSON.stringify(read.object)));
      expect(JSON.parse(JSON.stringify(again))).toEqual(JSON.parse(JSON.stringify(read.object)));
      expect(kindOf(again)).toBe(raw.kind);
    }
  });

  it.each([null, 3, {}, { kind: 'Pod' }, { kind: 'Pod', metadata: {} }])(
    'name the field that is missing in %j',
    (raw) => {
      expect(readKubeObject(raw)).toHaveProperty('expected');
    },
  );
});

describe('envelopes', () => {
  it('are read with unknown fields left out', () => {
    const envelope = {
      schema: 1,
      tenant: 'default',
      cluster: 'c',
      source: 'alertmanager.alerts',
      instance: 'i',
      at: '2026-03-08T15:21:12.035Z',
      items: [
        { type: 'alert', fingerprint: 'f', status: 'firing', labels: { alertname: 'A' }, annotations: {}, later: 1 },
      ],
    };
    expect(envelopeSchema.parse(envelope).items[0]).not.toHaveProperty('later');
    expect(() => envelopeSchema.parse({ ...envelope, items: [{ type: 'nonsense' }] })).toThrow();
  });
});

describe('symptoms', () => {
  it('that need time to settle are those that can be harmless', () => {
    expect(symptoms['oom-killed'].settle).toBe(0);
    expect(symptoms['readiness-failed'].settle).toBeGreaterThan(0);
  });
});
