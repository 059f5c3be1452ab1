import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type JsonSlice, sliceJson } from './json-slices.ts';

const cut = (text: string, limit: number, key?: string): JsonSlice[] =>
  [...sliceJson(Buffer.from(text), key, limit)].flatMap((slice) => slice ?? []);
const elementsOf = (text: string, limit: number) =>
  cut(text, limit).flatMap((slice) => JSON.parse(slice.text) as unknown[]);

describe('given a JSON text that is cut into slices', () => {
  test('when any array is cut at any size, then the slices hold its elements in order, with the number before them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), { maxLength: 20 }),
        fc.integer({ min: 1, max: 60 }),
        fc.boolean(),
        (array, limit, spaced) => {
          const text = JSON.stringify(array, null, spaced ? 2 : 0);
          const slices = cut(text, limit);
          const parsed = slices.map((slice) => JSON.parse(slice.text) as unknown[]);
          expect(parsed.flat(1)).toEqual(JSON.parse(text));
          let before = 0;
          for (const [index, slice] of slices.entries()) {
            expect(slice.base).toBe(before);
            before += parsed[index]?.length ?? 0;
          }
        },
      ),
    );
  });

  test('when the array is under a key, then every slice is a whole document around its part', () => {
    const text = JSON.stringify({
      note: '"alerts":[',
      inner: { alerts: [1] },
      alerts: [{ a: ']' }, { b: '\\"' }, { c: 3 }],
      tail: 1,
    });
    const slices = cut(text, 4, 'alerts').map((slice) => JSON.parse(slice.text));
    expect(slices.length).toBe(3);
    expect(slices.flatMap((each) => each.alerts)).toEqual([{ a: ']' }, { b: '\\"' }, { c: 3 }]);
    expect(slices.every((each) => each.tail === 1 && each.inner.alerts[0] === 1)).toBe(true);
  });

  test.each([
    '[{"a":1},{"a":2}',
    '[{"a":1},,{"a":2}]',
    '[{"a":1},{"a":2},]',
    '[{"a":1}]]',
    '[{"a":"1]',
    '[{"a":1}{"a":2}]',
  ])('when it is broken (%s), then cutting or parsing throws a SyntaxError, as parsing it whole does', (text) => {
    for (const limit of [1, 8, 1000]) expect(() => elementsOf(text, limit)).toThrow(SyntaxError);
  });

  test('when it holds no such array, then it is one slice', () => {
    expect(cut('{"alerts": 5}', 1, 'alerts')).toEqual([{ text: '{"alerts": 5}', base: 0 }]);
    expect(cut('[ ]', 1).map((slice) => JSON.parse(slice.text))).toEqual([[]]);
  });
});
