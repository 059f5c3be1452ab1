import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocuments } from './documents.ts';
import { flattenObjects } from './flatten-objects.ts';

describe('given a text, when its documents are read', () => {
  it.each([
    ['{"a":1}', false, [{ value: { a: 1 } }]],
    ['{"a":1}\n{"b":"}{"}\n', false, [{ value: { a: 1 } }, { value: { b: '}{' } }]],
    ['a: 1\n---\n# nothing\n---\nb: 2\n', true, [{ value: { a: 1 } }, { value: { b: 2 } }]],
    ['{"a":1}', true, [{ value: { a: 1 } }]],
    ['{a: 1}', true, [{ value: { a: 1 } }]],
    ['', true, []],
    ['when: 2026-03-08T15:00:00Z', true, [{ value: { when: '2026-03-08T15:00:00Z' } }]],
  ])('then %j gives each of them', (text, yaml, documents) => expect(parseDocuments(text, yaml)).toEqual(documents));

  it.each([
    ['', false],
    ['{"token": "hunter2", }', false],
    ['hello hunter2', false],
    ['a: [hunter2', true],
    ['a: 1\n b: hunter2', true],
  ])('then %j cannot be read, and no word of it is told', (text, yaml) => {
    const [document] = parseDocuments(text, yaml);
    expect(document).toHaveProperty('found');
    expect(JSON.stringify(document)).not.toContain('hunter2');
  });

  it('then aliases that grow without end do not', () => {
    const levels = Array.from(
      { length: 9 },
      (_, i) => `l${i + 1}: &l${i + 1} [${'*lX,'.replace('X', String(i)).repeat(9)}]`,
    );
    const [document] = parseDocuments(`l0: &l0 [a,a]\n${levels.join('\n')}`, true);
    expect(document).toHaveProperty('found');
  });

  it('then any text is read or not, and nothing throws', () => {
    fc.assert(fc.property(fc.string(), fc.boolean(), (text, yaml) => void parseDocuments(text, yaml)));
  });
});

describe('given a document, when it is taken apart', () => {
  it('then items of a typed list have its kind, as those of cluster-info dump need', () => {
    const list = { kind: 'PodList', apiVersion: 'v1', items: [{ metadata: { name: 'a' } }] };
    expect(flattenObjects(list)).toEqual([
      { raw: { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'a' } }, place: 'items[0]' },
    ]);
  });

  it('then lists in lists are taken apart, and null items are none', () => {
    const inner = { kind: 'List', items: [{ kind: 'Node' }, null] };
    expect(flattenObjects({ kind: 'List', items: [inner] }).map(({ place }) => place)).toEqual([
      'items[0].items[0]',
      'items[0].items[1]',
    ]);
    expect(flattenObjects({ kind: 'EventList', items: null })).toEqual([]);
  });
});
