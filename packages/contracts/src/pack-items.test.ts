import { describe, expect, test } from 'vitest';
import { ENVELOPE_LIMIT, ITEM_LIMIT } from './envelope.ts';
import type { Item } from './item.ts';
import { createItemPacker, fitItem, sizeOfItem } from './pack-items.ts';

const alert = (labels: string, annotations: string): Item => ({
  type: 'alert',
  fingerprint: '0',
  status: 'firing',
  labels: { pad: labels },
  annotations: { pad: annotations },
});
const large = 'ä'.repeat(ITEM_LIMIT / 2);

describe('given items of any size', () => {
  test('when one is over 256 KiB, then it loses its bodies and says so', () => {
    expect(fitItem(alert('x', large), '[0]')).toMatchObject({
      labels: { pad: 'x' },
      annotations: {},
      trimmed: ['annotations'],
    });
  });

  test('when it is too large even so, then it is unreadable, with its place', () => {
    expect(fitItem(alert(large, ''), '[7]')).toMatchObject({ type: 'unreadable', code: 'too-large', place: '[7]' });
  });

  test('when an object is too large, then what it is remains', () => {
    const item = fitItem(
      {
        type: 'object',
        change: 'ADDED',
        object: { kind: 'ConfigMap', metadata: { name: 'c', annotations: { a: large } } },
      } as Item,
      '[0]',
    );
    expect(item).toEqual({
      type: 'object',
      change: 'ADDED',
      object: { kind: 'ConfigMap', metadata: { name: 'c' } },
      trimmed: ['object'],
    });
  });

  test('when there are many, then lists of at most 512 KiB hold them in order', () => {
    const packer = createItemPacker();
    const items = Array.from({ length: 40 }, (_, index) => alert(String(index), 'x'.repeat(100_000)));
    for (const item of items) packer.add(item, '');
    const lists = packer.lists();
    expect(lists.flat()).toEqual(items);
    expect(lists.length).toBe(8);
    for (const list of lists) {
      expect(list.reduce((sum, item) => sum + sizeOfItem(item) + 1, 0)).toBeLessThan(ENVELOPE_LIMIT);
    }
  });
});
