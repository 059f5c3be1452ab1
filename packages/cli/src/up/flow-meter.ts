// How far the flow is behind what has arrived: for push-back, for /metrics and for /-/ready.
import { countedSources, type Envelope, type MetricFamily, type Source, topics } from '@winnow/contracts';
import { type CommitInfo, type FlowLoad, MOST_PENDING } from '@winnow/stream';
import { trackUndecided } from './undecided.ts';

export type PendingItems = Readonly<Partial<Record<Source, number>>>;

export interface FlowMeter extends FlowLoad {
  /** @param offsets where they stand in the log, where that is known. */
  appended(envelopes: readonly Envelope[], offsets?: readonly number[]): void;
  /** Nothing can be appended now. */
  refused(): void;
  committed(info: CommitInfo): void;
  /** Items that are durable and not decided yet. */
  pending(): PendingItems;
  /** True where the last append went through. */
  readonly writable: boolean;
  readMetrics(): readonly MetricFamily[];
}

export interface Behind {
  /** What was pending when the flow started. */
  readonly pending: PendingItems;
  /** When the oldest of it came, RFC 3339. */
  readonly oldestAt?: string | undefined;
}

/** Clusters that `/metrics` names: those that hold the most. */
const NAMED = 20;

/** @param now milliseconds. */
export function createFlowMeter({ pending: behind, oldestAt }: Behind, now: () => number = Date.now): FlowMeter {
  const undecided = trackUndecided(oldestAt === undefined ? undefined : Date.parse(oldestAt));
  const pending = new Map<Source, number>();
  let sum = 0;
  let writable = false;
  const add = (source: Source, items: number) => {
    if (!countedSources.includes(source)) return;
    pending.set(source, (pending.get(source) ?? 0) + items);
    sum += items;
  };
  for (const [source, items] of Object.entries(behind)) add(source as Source, items);
  const oldestAge = () => Math.max(0, now() - (undecided.oldest() ?? now()));
  return {
    appended(envelopes, offsets = []) {
      writable = true;
      for (const [at, envelope] of envelopes.entries()) {
        const items = itemsOf(envelope);
        add(envelope.source, items);
        const offset = offsets[at];
        if (offset !== undefined) undecided.add(envelope, offset, items, now());
      }
    },
    refused() {
      writable = false;
    },
    committed({ stage, ledger, offsets }) {
      if (stage !== 'signals') return;
      for (const { source, count } of ledger) add(source, -count);
      undecided.decide(offsets[topics.observations.name] ?? 0);
    },
    pending: () => Object.fromEntries([...pending].map(([source, items]) => [source, Math.max(0, items)])),
    pendingItems: () => Math.max(0, sum),
    pendingOf: undecided.itemsOf,
    oldestAge,
    get writable() {
      return writable;
    },
    readMetrics: () => [
      {
        name: 'winnow_oldest_pending_seconds',
        type: 'gauge',
        help: 'How long ago the oldest record came that is not decided on yet; 0 where none waits.',
        samples: [{ labels: {}, value: oldestAge() / 1000 }],
      },
      {
        name: 'winnow_cluster_pending_items',
        type: 'gauge',
        help: `Items that are not decided on yet, of the ${NAMED} clusters that hold the most.`,
        samples: undecided.most(NAMED).map(({ items, ...labels }) => ({ labels: { ...labels }, value: items })),
      },
    ],
  };
}

/** What the ledger will count of it. */
function itemsOf({ items, shed, source }: Envelope): number {
  if (!countedSources.includes(source)) return 0;
  return items.length + (shed?.reduce((sum, { count }) => sum + count, 0) ?? 0);
}

/** The last line: above it all senders are asked to wait, whosever items those are. They keep what they have and send it again. */
export function pressureOf(meter: Pick<FlowMeter, 'pendingItems'>): { readonly retryAfter: number } | undefined {
  return meter.pendingItems() > MOST_PENDING ? { retryAfter: 5 } : undefined;
}
