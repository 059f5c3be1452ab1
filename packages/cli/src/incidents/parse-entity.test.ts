import { entity } from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import { parseEntity } from './parse-entity.ts';

describe('an entity as people write it', () => {
  it.each([
    ['deployment/shop/cart', entity('Deployment', 'shop', 'cart')],
    ['deploy/shop/cart', entity('Deployment', 'shop', 'cart')],
    ['deployments/shop/cart', entity('Deployment', 'shop', 'cart')],
    ['StatefulSet/shop/db', entity('StatefulSet', 'shop', 'db')],
    ['sts/shop/db', entity('StatefulSet', 'shop', 'db')],
    ['svc/shop/cart', entity('Service', 'shop', 'cart')],
    ['ingress/shop/front', entity('Ingress', 'shop', 'front')],
    ['networkpolicy/shop/deny', entity('NetworkPolicy', 'shop', 'deny')],
    ['pvc/shop/data', entity('PersistentVolumeClaim', 'shop', 'data')],
    ['storageclass/fast', entity('StorageClass', undefined, 'fast')],
    ['node/worker-1', entity('Node', undefined, 'worker-1')],
    ['ns/shop', entity('Namespace', undefined, 'shop')],
    ['Host/db.example.com', entity('Host', undefined, 'db.example.com')],
    ['Rollout/shop/cart', entity('Rollout', 'shop', 'cart')],
  ])('reads %s', (text, expected) => {
    expect(parseEntity(text)).toEqual(expected);
  });

  it.each([
    'cart',
    'deployment/cart',
    'node/shop/worker-1',
    'deployment//cart',
    'deployment/shop/',
    '/shop/cart',
    'a/b/c/d',
    '',
  ])('says how it is written instead of %j', (text) => {
    expect(() => parseEntity(text)).toThrow(/^--root takes .* as in deployment\/shop\/cart/);
  });
});
