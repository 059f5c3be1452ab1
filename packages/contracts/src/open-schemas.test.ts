// Instances of two versions read each other's records: what a newer one adds, an older one passes over.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import * as contracts from './index.ts';

const schemas = Object.entries(contracts).flatMap(([name, each]): [string, z.ZodType][] =>
  (each as unknown) instanceof z.ZodType ? [[name, each as unknown as z.ZodType]] : [],
);

/** Paths of objects in the schema that refuse a field which they do not know. */
function strictIn(schema: z.ZodType, path: string, seen = new Set<unknown>()): string[] {
  if (seen.has(schema)) return [];
  seen.add(schema);
  const def = schema.def as unknown as Readonly<Record<string, unknown>>;
  const isStrict = schema instanceof z.ZodObject && def.catchall instanceof z.ZodNever;
  const fields = schema instanceof z.ZodObject ? Object.entries(schema.shape as Record<string, unknown>) : [];
  const parts: [string, unknown][] = [...fields, ...Object.entries(def).flatMap(([name, part]) => partsOf(name, part))];
  const inside = parts.flatMap(([name, part]) =>
    part instanceof z.ZodType ? strictIn(part, `${path}.${name}`, seen) : [],
  );
  return isStrict ? [path, ...inside] : inside;
}

const partsOf = (name: string, part: unknown): [string, unknown][] =>
  Array.isArray(part) ? part.map((each, at) => [`${name}[${at}]`, each]) : [[name, part]];

describe('the schemas of the topics', () => {
  it('are found', () => {
    expect(schemas.map(([name]) => name)).toEqual(
      expect.arrayContaining(['envelopeSchema', 'incidentSchema', 'deadLetterSchema']),
    );
    expect(strictIn(z.object({ a: z.array(z.union([z.strictObject({}), z.string()])) }), 'x')).toEqual([
      'x.a.element.options[0]',
    ]);
  });

  it.each(schemas)('pass over what they do not know: %s', (name, schema) => {
    expect(strictIn(schema, name)).toEqual([]);
  });
});
