// What is posted: dependencies, changes, and changes as CloudEvents.
import { entity } from '@winnow/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readChanges } from './read-changes.ts';
import { readDependencies } from './read-dependencies.ts';

const context = { at: '2026-03-08T15:21:12.035Z', place: '' };
const call = (more: object = {}) => ({
  from: { namespace: 'shop', service: 'web' },
  to: { namespace: 'shop', service: 'cart' },
  ...more,
});

describe('dependencies', () => {
  it('given one or a list, then each is an item; figures are kept', () => {
    const figures = { calls: 3, errorRatio: 0.5, latencyMs: 20 };
    expect(readDependencies(call(figures), context)).toEqual([{ type: 'dependency', ...call(figures) }]);
    expect(readDependencies([call(), call({ via: 'trace', gone: true })], context)).toHaveLength(2);
  });
  it('given an end without a namespace, then it is a name that is to be found, or a host', () => {
    expect(readDependencies(call({ to: { service: 'api.example.com' } }), context)).toMatchObject([
      { to: { namespace: '', service: 'api.example.com' } },
    ]);
  });
  it.each<[unknown, string]>([
    [[call(), {}], '[1].from.service'],
    [call({ to: { namespace: 7, service: 'x' } }), 'to.namespace'],
    [call({ to: { namespace: 'a', service: 'has space' } }), 'to.service'],
    [call({ errorRatio: 2 }), 'errorRatio'],
    [call({ via: 'guess' }), 'via'],
    ['x', 'body'],
  ])('given what cannot be read, %j, then its place is named', (payload, place) => {
    expect(readDependencies(payload, context).at(-1)).toMatchObject({ type: 'unreadable', place });
  });
});

const change = {
  kind: 'feature-flag',
  subject: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
  summary: 'new-checkout on',
};
const cdEvent = (what: string, subject: object) => ({
  specversion: '1.0',
  id: '1',
  source: '/ci',
  type: `dev.cdevents.${what}.0.2.0`,
  data: { context: { source: '/ci/deployer' }, subject },
});

describe('changes', () => {
  it('given a plain one, then it is kept, its secrets are not', () => {
    const [item] = readChanges({ ...change, summary: 'token=ghp_abcdefghijklmnopqrstuvwxyz0123' }, context);
    expect(item).toMatchObject({ type: 'change', kind: 'feature-flag', subject: change.subject });
    expect(JSON.stringify(item)).not.toContain('ghp_');
  });
  it('given a maintenance window, then it has its times', () => {
    const window = {
      ...change,
      kind: 'maintenance',
      startsAt: '2026-03-08T16:00:00Z',
      endsAt: '2026-03-08T18:00:00+01:00',
    };
    expect(readChanges(window, context)).toMatchObject([
      { startsAt: '2026-03-08T16:00:00.000Z', endsAt: '2026-03-08T17:00:00.000Z' },
    ]);
  });
  it('given a CloudEvent whose data is a change, then that; its type and subject stand in for what is missing', () => {
    const event = {
      specversion: '1.0',
      id: '1',
      source: 'flags',
      type: 'com.example.flag.changed',
      subject: 'Deployment/shop/cart',
    };
    expect(
      readChanges(
        [
          { ...event, data: change },
          { ...event, data: {} },
        ],
        context,
      ),
    ).toMatchObject([
      { kind: 'feature-flag', actor: 'flags', summary: 'new-checkout on' },
      { kind: 'flag.changed', subject: change.subject },
    ]);
  });
  it.each([
    [
      'service.deployed',
      { id: 'shop/cart', content: { environment: { id: 'prod' }, artifactId: 'pkg:oci/cart@sha256:1' } },
      'deployment',
      entity('Service', 'shop', 'cart'),
    ],
    ['service.upgraded', { id: 'cart', content: {} }, 'deployment', entity('Service', undefined, 'cart')],
    [
      'environment.modified',
      { id: 'prod', content: {} },
      'environment.modified',
      { kind: 'Environment', name: 'prod' },
    ],
  ])('given the CDEvent %s, then it is a change of its subject', (what, subject, kind, entityRef) => {
    expect(readChanges(cdEvent(what, subject), context)).toMatchObject([
      { kind, subject: entityRef, actor: '/ci/deployer' },
    ]);
  });
  it.each<[unknown, string]>([
    [[change, { ...change, subject: {} }], '[1].subject.kind'],
    [{ ...change, startsAt: 'soon' }, 'startsAt'],
    [{ ...change, startsAt: '2026-03-08T16:00:00Z', endsAt: '2026-03-08T15:00:00Z' }, 'endsAt'],
    [{ specversion: '1.0', type: 'a.b', data: 7 }, 'data.subject.kind'],
    [null, 'body'],
  ])('given what cannot be read, %j, then its place is named', (payload, place) => {
    expect(readChanges(payload, context).at(-1)).toMatchObject({ type: 'unreadable', place });
  });
});

it('given any JSON, when it is read, then nothing throws', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (payload) => {
      readDependencies(payload, context);
      readChanges(payload, context);
      readChanges({ specversion: '1.0', type: 'dev.cdevents.service.deployed.1', data: payload }, context);
    }),
  );
});
