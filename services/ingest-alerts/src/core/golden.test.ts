// What a real request of Prometheus' kind becomes: one of the bundled example.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readAlerts } from '../core.ts';

it('given alerts as they were posted, when they are read, then their items are those that were looked over', async () => {
  const body: unknown = JSON.parse(readFileSync(new URL('fixtures/posted-alerts.json', import.meta.url), 'utf8'));
  const items = readAlerts(body, { at: '2026-11-21T10:07:00.000Z', place: '' });
  await expect(`${JSON.stringify(items, null, 1)}\n`).toMatchFileSnapshot('fixtures/posted-alerts.golden.json');
});
