// Holds what an intake takes to the budgets of its clusters: what is posted is refused, what is read waits or is shed.
import type { Envelope, MetricFamily, RateSettings, Shed, Source } from '@winnow/contracts';
import {
  type Admission,
  boundNames,
  createAdmission,
  createClusterBudgets,
  type FlowLoad,
  paceAppend,
} from '@winnow/stream';

export interface LimitIntake {
  readonly settings: RateSettings;
  readonly append: (envelopes: readonly Envelope[]) => Promise<unknown>;
  /** Where it is known how far the flow is behind. */
  readonly load?: FlowLoad;
}

export interface LimitedIntake {
  /** For what is posted. */
  readonly admission: Admission;
  /** For sources that are read: it waits where a cluster is over its budget. Rejects as `append` does. */
  append(envelopes: readonly Envelope[]): Promise<void>;
  readMetrics(): readonly MetricFamily[];
  /** Nothing waits any longer. */
  stop(): Promise<void>;
}

/** What is posted and what is read have a budget each: a cluster whose objects are listed anew can still tell of its alerts. */
export function limitIntake({ settings, append, load }: LimitIntake): LimitedIntake {
  const budgets = () => createClusterBudgets({ settings, ...(load && { load }) });
  const abort = new AbortController();
  const shed = countShed();
  return {
    admission: createAdmission(budgets()),
    append: paceAppend({
      budgets: budgets(),
      signal: abort.signal,
      async append(envelopes) {
        await append(envelopes);
        for (const envelope of envelopes) if (envelope.shed) shed.note(envelope, envelope.shed);
      },
    }),
    readMetrics: shed.readMetrics,
    async stop() {
      abort.abort();
    },
  };
}

function countShed() {
  const nameOf = boundNames();
  const cells = new Map<string, { source: Source; cluster: string; reason: Shed['reason']; count: number }>();
  return {
    note({ source, cluster }: Envelope, all: readonly Shed[]) {
      const name = nameOf(cluster);
      for (const { reason, count } of all) {
        const key = JSON.stringify([source, name, reason]);
        const cell = cells.get(key) ?? { source, cluster: name, reason, count: 0 };
        cell.count += count;
        cells.set(key, cell);
      }
    },
    readMetrics: (): readonly MetricFamily[] => [
      {
        name: 'winnow_shed_total',
        type: 'counter',
        help: 'Items that this intake has shed because their cluster was over its budget; the ledger counts them, too.',
        samples: [...cells.values()].map(({ count, ...labels }) => ({ labels, value: count })),
      },
    ],
  };
}
