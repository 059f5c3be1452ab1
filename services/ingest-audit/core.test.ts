import type { AuditItem } from '@winnow/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAuditBody, readAuditEvent } from './src/core.ts';

const context = { at: '2026-03-08T15:21:12.035Z', place: '' };
const base = {
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  auditID: 'a-1',
  stage: 'ResponseComplete',
  verb: 'update',
  user: { username: 'alice', groups: ['dev', 5] },
  sourceIPs: ['6.6.6.6', '10.0.0.1'],
  userAgent: 'kubectl/v1.34',
  objectRef: { resource: 'services', namespace: 'shop', name: 'cart' },
  responseStatus: { code: 200 },
  requestReceivedTimestamp: '2026-03-08T15:21:11.000001Z',
  stageTimestamp: '2026-03-08T15:21:11.100001Z',
};
const entry = (change: object): AuditItem => {
  const [item] = readAuditEvent({ ...base, ...change }, context);
  if (item?.type !== 'audit') throw new Error(JSON.stringify(item));
  return item;
};

describe('given an audit entry, when it is read', () => {
  it('then it says who did what to which object, and how that was answered', () => {
    const responseObject = {
      kind: 'Service',
      metadata: { name: 'cart', namespace: 'shop' },
      spec: { selector: { app: 'cart' } },
    };
    expect(entry({ responseObject })).toEqual({
      type: 'audit',
      auditID: 'a-1',
      stage: 'ResponseComplete',
      verb: 'update',
      user: 'alice',
      groups: ['dev'],
      userAgent: 'kubectl/v1.34',
      sourceIPs: ['10.0.0.1'],
      resource: 'services',
      target: { kind: 'Service', namespace: 'shop', name: 'cart' },
      code: 200,
      at: '2026-03-08T15:21:11.100Z',
      object: responseObject,
    });
  });

  it('then a create with generateName has the name of the answer', () => {
    const objectRef = { resource: 'pods', namespace: 'shop' };
    const responseObject = { kind: 'Pod', metadata: { name: 'cart-x7', namespace: 'shop' } };
    expect(entry({ verb: 'create', objectRef, responseObject }).target).toEqual({
      kind: 'Pod',
      namespace: 'shop',
      name: 'cart-x7',
    });
  });

  it('then a list has no target', () => {
    expect(entry({ verb: 'list', objectRef: { resource: 'pods', namespace: 'shop' } }).target).toBeUndefined();
    expect(entry({ verb: 'list', objectRef: undefined })).not.toHaveProperty('resource');
  });

  it('then the body of a patch is not taken for an object, though it may be an array', () => {
    const patched = entry({
      verb: 'patch',
      requestObject: [{ op: 'replace', path: '/data/password', value: 'hunter2' }],
    });
    expect(JSON.stringify(patched)).not.toContain('hunter2');
    expect(patched).not.toHaveProperty('object');
  });

  it('then a Secret tells the names of its keys alone', () => {
    const requestObject = { kind: 'Secret', metadata: { name: 'db' }, data: { password: 'aHVudGVyMg==' } };
    const item = entry({
      verb: 'create',
      objectRef: { resource: 'secrets', namespace: 'shop', name: 'db' },
      requestObject,
    });
    expect(item.object).toEqual({ kind: 'Secret', metadata: { name: 'db' }, keys: ['password'] });
  });

  it('then a scale is of its target, with the replicas that were asked for and the version that came of it', () => {
    const objectRef = { resource: 'deployments', subresource: 'scale', namespace: 'shop', name: 'cart' };
    const responseObject = { kind: 'Scale', metadata: { name: 'cart', resourceVersion: '77' }, spec: { replicas: 3 } };
    const item = entry({ verb: 'patch', objectRef, requestObject: { spec: { replicas: 3 } }, responseObject });
    expect(item).toMatchObject({
      subresource: 'scale',
      target: { kind: 'Deployment', name: 'cart' },
      patch: [{ path: 'spec.replicas', value: '3' }],
      resourceVersion: '77',
    });
    expect(item).not.toHaveProperty('object');
  });

  it('then one who acts as another is told with both names', () => {
    const item = entry({ impersonatedUser: { username: 'admin', groups: ['system:masters'] } });
    expect(item).toMatchObject({ user: 'alice', impersonated: 'admin' });
  });

  it('then what a controller wanted to create names the controller', () => {
    const ownerReferences = [{ kind: 'ReplicaSet', name: 'cart-7d4', controller: true }];
    const requestObject = { kind: 'Pod', metadata: { generateName: 'cart-7d4-', ownerReferences } };
    const objectRef = { resource: 'pods', namespace: 'shop' };
    const item = entry({ verb: 'create', objectRef, requestObject, responseStatus: { code: 400 } });
    expect(item.maker).toEqual({ kind: 'ReplicaSet', namespace: 'shop', name: 'cart-7d4' });
  });

  it('then a refusal is told in the API server’s words, and what was asked for is no fact', () => {
    const responseStatus = {
      code: 403,
      reason: 'Forbidden',
      message: 'exceeded quota: pods',
      details: { name: 'cart-1' },
    };
    const requestObject = { kind: 'Pod', metadata: { generateName: 'cart-' } };
    const item = entry({
      verb: 'create',
      objectRef: { resource: 'pods', namespace: 'shop' },
      responseStatus,
      requestObject,
    });
    expect(item).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message: 'exceeded quota: pods',
      target: { name: 'cart-1' },
    });
    expect(item).not.toHaveProperty('object');
  });

  it.each([
    ['networkpolicies', undefined, 'NetworkPolicy', 'shop'],
    ['namespaces', undefined, 'Namespace', undefined],
    ['endpoints', undefined, 'Endpoints', 'shop'],
    ['kafkatopics', { kind: 'KafkaTopic', metadata: { name: 'n' } }, 'KafkaTopic', 'shop'],
    ['databases', undefined, 'Database', 'shop'],
    ['virtualservices', undefined, 'VirtualService', 'shop'],
  ])('then the kind of %s is known or guessed', (resource, responseObject, kind, namespace) => {
    const item = entry({ objectRef: { resource, namespace: 'shop', name: 'n' }, responseObject });
    expect(item.target).toEqual({ kind, name: 'n', ...(namespace && { namespace }) });
  });
});

it('given an EventList with a broken entry, when it is read, then the others are kept and the place is named', () => {
  const items = readAuditBody({ kind: 'EventList', items: [base, { ...base, auditID: undefined }, base] }, context);
  expect(items.map((item) => item.type)).toEqual(['audit', 'unreadable', 'audit']);
  expect(items[1]).toMatchObject({ place: 'items[1].auditID', expected: 'a text', found: 'nothing' });
});

it('given any JSON, when it is read, then nothing throws', () => {
  const part = fc.jsonValue();
  const shaped = fc.record(
    {
      auditID: fc.string(),
      verb: fc.constantFrom('create', 'patch', 'list'),
      objectRef: fc.oneof(part, fc.record({ resource: fc.string(), name: fc.string() })),
      user: part,
      responseObject: part,
      requestObject: part,
      responseStatus: part,
      sourceIPs: part,
      annotations: part,
    },
    { requiredKeys: [] },
  );
  fc.assert(fc.property(fc.oneof(part, shaped), (payload) => void readAuditBody(payload, context)));
});
