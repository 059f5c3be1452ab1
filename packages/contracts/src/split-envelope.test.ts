import { expect, it } from 'vitest';
import { ENVELOPE_LIMIT, type Envelope } from './envelope.ts';
import type { Item } from './item.ts';
import { splitEnvelope } from './split-envelope.ts';

const envelope = (items: Item[]): Envelope => ({
  schema: 1,
  tenant: 'default',
  cluster: 'c',
  source: 'alertmanager.alerts',
  instance: 'i',
  at: '2026-03-08T15:21:12.035Z',
  items,
});
const alert = (n: number, size: number): Item => ({
  type: 'alert',
  fingerprint: String(n),
  status: 'firing',
  labels: { alertname: 'ä'.repeat(size / 2) },
  annotations: {},
});

it('given more than fits, when it is split, then no part is too large and all items are there in order', () => {
  const items = Array.from({ length: 20 }, (_, n) => alert(n, 100_000));
  const parts = splitEnvelope(envelope(items));
  for (const part of parts) expect(Buffer.byteLength(JSON.stringify(part))).toBeLessThanOrEqual(ENVELOPE_LIMIT);
  expect(parts.flatMap((part) => part.items)).toEqual(items);
  expect(parts).toHaveLength(4);
});

it('given an item that no body can be taken from, when it is split, then it is told of as too large', () => {
  const [part] = splitEnvelope(envelope([alert(1, 300_000), alert(2, 10)]), 'line 3');
  expect(part?.items).toMatchObject([{ type: 'unreadable', code: 'too-large', place: 'line 3' }, { fingerprint: '2' }]);
});

it('given no items, when it is split, then it is one envelope', () => {
  expect(splitEnvelope(envelope([]))).toEqual([envelope([])]);
});

it('given that some of it was shed or refused, when it is split, then this is told once', () => {
  const missing = { shed: [{ reason: 'rate-budget', rank: 'other', count: 4 }], refused: 2 } as const;
  const items = Array.from({ length: 20 }, (_, n) => alert(n, 100_000));
  const parts = splitEnvelope({ ...envelope(items), ...missing, shed: [...missing.shed] });
  expect(parts.map(({ shed, refused }) => [shed?.length, refused])).toEqual([
    [1, 2],
    ...Array(3).fill([undefined, undefined]),
  ]);
});
