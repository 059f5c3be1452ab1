// How far the flow is behind what has arrived: for push-back, for /metrics and for /-/ready.
import { countedSources, type Envelope, type Source } from '@winnow/contracts';
import type { CommitInfo } from '@winnow/stream';

export type PendingItems = Readonly<Partial<Record<Source, number>>>;

export interface FlowMeter {
  appended(envelopes: readonly Envelope[]): void;
  /** Nothing can be appended now. */
  refused(): void;
  committed(info: CommitInfo): void;
  /** Items that are durable and not decided yet. */
  pending(): PendingItems;
  /** True where the last append went through. */
  readonly writable: boolean;
}

/** @param behind what was pending when the flow started. */
export function createFlowMeter(behind: PendingItems): FlowMeter {
  const pending = new Map<Source, number>();
  let writable = false;
  const add = (source: Source, items: number) => {
    if (countedSources.includes(source)) pending.set(source, (pending.get(source) ?? 0) + items);
  };
  for (const [source, items] of Object.entries(behind)) add(source as Source, items);
  return {
    appended(envelopes) {
      writable = true;
      for (const { source, items } of envelopes) add(source, items.length);
    },
    refused() {
      writable = false;
    },
    committed({ stage, ledger }) {
      if (stage !== 'signals') return;
      for (const { source, count } of ledger) add(source, -count);
    },
    pending: () => Object.fromEntries([...pending].map(([source, items]) => [source, Math.max(0, items)])),
    get writable() {
      return writable;
    },
  };
}

/** Above so many pending items senders are asked to wait: they keep what they have, and Prometheus and Alertmanager send again. */
const TOO_MANY = 500_000;

export function pressureOf(meter: FlowMeter): { readonly retryAfter: number } | undefined {
  const items = Object.values(meter.pending()).reduce((sum, each) => sum + each, 0);
  return items > TOO_MANY ? { retryAfter: 5 } : undefined;
}
