// What becomes of what arrives while the buffer is full. Who sends is refused and a watch waits: they own what they have, and nothing is
// lost. What cannot wait is shed and counted: events of ordinary work, which would hold up those behind them, heartbeats, and edges of
// calls, which are told again.
import { type Envelope, type Item, type MetricFamily, rankOf, type Source } from '@winnow/contracts';
import type { Buffer } from './buffer.ts';

export interface Shedding {
  /** For sources that come again with what was not taken. @throws LogUnavailable */
  append(envelopes: readonly Envelope[]): Promise<void>;
  /** For sources that are read: what of them does not come again is counted where it throws. @throws LogUnavailable */
  appendOnce(envelopes: readonly Envelope[]): Promise<void>;
  readMetrics(): readonly MetricFamily[];
}

export function createShedding(buffer: Pick<Buffer, 'append' | 'isFull'>): Shedding {
  const shed = new Map<Source, number>();
  /** Events that no record has told of yet, by cluster and instance. */
  const untold = new Map<string, number>();
  const count = (source: Source, items: number) => shed.set(source, (shed.get(source) ?? 0) + items);

  async function append(envelopes: readonly Envelope[]): Promise<void> {
    if (buffer.isFull && envelopes.every(isOrdinary)) {
      for (const envelope of envelopes) {
        count(envelope.source, envelope.items.length);
        untold.set(keyOf(envelope), (untold.get(keyOf(envelope)) ?? 0) + envelope.items.length);
      }
      return;
    }
    const told = envelopes.map((envelope) => withShed(envelope, untold.get(keyOf(envelope))));
    await buffer.append(told);
    for (const envelope of told) if (envelope.shed) untold.delete(keyOf(envelope));
  }

  return {
    append,
    async appendOnce(envelopes) {
      try {
        await append(envelopes);
      } catch (error) {
        for (const { source, items } of envelopes) if (toldOnce.has(source)) count(source, items.length);
        throw error;
      }
    },
    readMetrics: () => [
      {
        name: 'winnow_agent_shed_total',
        type: 'counter',
        help: 'Items that could not wait for room in the buffer, by source.',
        samples: [...shed].map(([source, value]) => ({ labels: { source, reason: 'buffer-full' }, value })),
      },
    ],
  };
}

/** Nobody keeps them. A watch and a file are read again from where they stood. */
const toldOnce: ReadonlySet<Source> = new Set(['heartbeat', 'dependency']);

const isOrdinary = ({ source, items }: Envelope): boolean =>
  source === 'kubernetes.event' && items.every((item: Item) => rankOf(item) === 'other');

const keyOf = ({ tenant, cluster, source, instance }: Envelope): string =>
  JSON.stringify([tenant, cluster, source, instance]);

/** The ledger counts what the next record of the same source tells of. */
function withShed(envelope: Envelope, count: number | undefined): Envelope {
  if (count === undefined || envelope.source !== 'kubernetes.event') return envelope;
  return { ...envelope, shed: [...(envelope.shed ?? []), { reason: 'buffer-full', rank: 'other', count }] };
}
