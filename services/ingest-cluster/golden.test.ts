// What a real control plane's own output becomes: an event and a watched pod of the bundled example.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readEvent, readObject } from './src/core.ts';

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8'));
const context = { at: '2026-11-21T10:07:00.000Z', place: '' };

it.each([
  ['back-off-event', readEvent],
  ['crash-looping-pod', readObject],
] as const)(
  'given %s as it was recorded, when it is read, then its item is the one that was looked over',
  async (name, read) => {
    const items = read(fixture(`${name}.json`), context);
    await expect(`${JSON.stringify(items, null, 1)}\n`).toMatchFileSnapshot(`fixtures/${name}.golden.json`);
  },
);
