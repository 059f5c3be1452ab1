// The services that are one stage a partition and nothing else.
import { groupingStage } from '@winnow/grouping';
import { signalsStage } from '@winnow/signals';
import { type LedgerCell, openLedger, type RunningStage, runStage, type Stage } from '@winnow/stream';
import type { OwnedPartitions, ServiceDefinition } from './service.ts';

export const signals = stageService('signals', 'deduplicates and classifies what arrives', () => signalsStage());
export const grouping = stageService('grouping', 'groups signals into incidents', () => groupingStage());

function stageService<State>(name: string, summary: string, stageOf: () => Stage<State>): ServiceDefinition {
  return {
    name,
    summary,
    figuresOnly: true,
    async start({ log, tracer, store: openStore, ownPartitions }) {
      const store = await openStore();
      const stage = stageOf();
      const owned = await ownPartitions({
        start: (partition, run) => runStage({ stage, partition, log, store, ...run, ...(tracer && { tracer }) }),
      });
      return {
        // Its partitions are the host's to end.
        done: new Promise(() => undefined),
        metrics: () => ({ ledger: ledgerOf(owned) }),
        drainSteps: [],
      };
    },
  };
}

/** Committed by the partitions that are here. */
function ledgerOf(owned: OwnedPartitions<RunningStage<unknown>>): readonly LedgerCell[] {
  const book = openLedger([]);
  for (const { part } of owned.list()) book.add(part?.ledger() ?? []);
  return book.cells();
}
