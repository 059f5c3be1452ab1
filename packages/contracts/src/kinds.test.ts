import { expect, it } from 'vitest';
import { guessKind, isClusterScoped, kindOfResource, qualifiedKind } from './kinds.ts';

it.each([
  ['pods', 'Pod'],
  ['networkpolicies', 'NetworkPolicy'],
  ['ingresses', 'Ingress'],
  ['endpoints', 'Endpoints'],
  ['virtualservices', 'VirtualService'],
  ['constructor', undefined],
])('given the resource %s, when its kind is asked for, then it is %s', (resource, kind) => {
  expect(kindOfResource(resource)).toBe(kind);
});

it.each([
  ['databases', 'Database'],
  ['policies', 'Policy'],
  ['mailboxes', 'Mailbox'],
  ['classes', 'Class'],
  ['access', 'Access'],
])('given an unknown resource %s, when its kind is guessed, then it is %s', (resource, kind) => {
  expect(guessKind(resource)).toBe(kind);
});

it.each([
  ['Service', 'v1', 'Service'],
  ['Deployment', 'apps/v1', 'Deployment'],
  ['NetworkPolicy', 'networking.k8s.io/v1', 'NetworkPolicy'],
  ['Service', 'serving.knative.dev/v1', 'Service.serving.knative.dev'],
  ['Certificate', 'cert-manager.io/v1', 'Certificate'],
  ['Pod', undefined, 'Pod'],
])('given a %s of %s, when it is named, then it is a %s', (kind, apiVersion, name) => {
  expect(qualifiedKind(kind, apiVersion)).toBe(name);
});

it('given a kind, when asked whether it belongs to no namespace, then that is known', () => {
  expect(['Node', 'Pod', 'Namespace'].map(isClusterScoped)).toEqual([true, false, true]);
});
