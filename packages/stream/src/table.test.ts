import { describe, expect, it } from 'vitest';
import { createTable } from './table.ts';

describe('a table of JSON values', () => {
  it('given keys set in any order, when it is gone through, then they come in the order of their UTF-16 units', () => {
    const table = createTable<number>();
    for (const key of ['b', 'ä', 'a', 'B', '\u{1F600}', '\uffff']) table.set(key, key.length);
    expect([...table.entries()].map(([key]) => key)).toEqual(['B', 'a', 'b', 'ä', '\u{1F600}', '\uffff']);
    table.set('aa', 9);
    table.delete('B');
    expect([...table.values()]).toEqual([1, 9, 1, 1, 2, 1]);
    expect(table.size).toBe(6);
  });

  it('given an iteration, when rows are deleted meanwhile, then they do not come', () => {
    const table = createTable<number>();
    for (const key of ['a', 'b', 'c']) table.set(key, 1);
    const seen: string[] = [];
    for (const [key] of table.entries()) {
      seen.push(key);
      table.delete('b');
    }
    expect(seen).toEqual(['a', 'c']);
  });

  it('given no change, when changes are taken, then there are none', () => {
    const table = createTable<number>();
    expect(table.delete('nobody')).toBe(false);
    expect(table.takeChanges()).toBeUndefined();
  });

  it('given undefined, when it is set, then it is refused, because no written form keeps it', () => {
    expect(() => createTable<unknown>().set('a', undefined)).toThrow('delete it');
  });
});
