import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDueTimes } from './due-times.ts';
import { createHeap } from './heap.ts';

describe('a heap', () => {
  it('gives what was put in, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (numbers) => {
        const heap = createHeap<number>((one, other) => one < other);
        for (const number of numbers) heap.push(number);
        expect(numbers.map(() => heap.pop())).toEqual(numbers.toSorted((one, other) => one - other));
        expect([heap.size, heap.pop()]).toEqual([0, undefined]);
      }),
    );
  });
});

describe('due times', () => {
  it('given an id noted twice, then it comes once, at the sooner time; given it was taken, then it may be noted again', () => {
    const due = createDueTimes();
    due.note('a', 5);
    due.note('b', 4);
    due.note('a', 3);
    due.note('a', 9);
    due.note('never', Number.POSITIVE_INFINITY);
    expect(due.take(2)).toEqual([]);
    expect(due.take(4)).toEqual(['a', 'b']);
    expect(due.take(100)).toEqual([]);
    due.note('a', 7);
    expect(due.take(7)).toEqual(['a']);
  });
});
