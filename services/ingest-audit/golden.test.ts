// What entries of a real audit log become: those of the bundled example.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readAuditEvent } from './src/core.ts';

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8'));

it.each(['patched-service', 'refused-pod'])(
  'given %s as it was recorded, when it is read, then its item is the one that was looked over',
  async (name) => {
    const items = readAuditEvent(fixture(`${name}.json`), { at: '2026-11-21T10:07:00.000Z', place: '' });
    await expect(`${JSON.stringify(items, null, 1)}\n`).toMatchFileSnapshot(`fixtures/${name}.golden.json`);
  },
);
