// All stages on all partitions, in this process, over any log and store.
import { startContext } from '@winnow/context';
import { startFleet, startFleetFeed } from '@winnow/fleet';
import { groupingStage } from '@winnow/grouping';
import { deterministicInvestigator, startRca } from '@winnow/rca';
import { signalsStage } from '@winnow/signals';
import { type CommitInfo, type EventLog, runStage, type StateStore } from '@winnow/stream';

export interface RunningFlow {
  /** Rejects where a part fails. */
  readonly done: Promise<unknown>;
  /** Items that signals has decided on, of those that are counted. */
  decided(): number;
  close(): Promise<void>;
}

export async function startStages(log: EventLog, store: StateStore, partitions: number): Promise<RunningFlow> {
  const investigator = deterministicInvestigator();
  const parts: { readonly done: Promise<unknown>; close(): Promise<void> }[] = [];
  let decided = 0;
  for (let partition = 0; partition < partitions; partition++) {
    const shared = { log, store, partition };
    const onCommit = ({ ledger }: CommitInfo) => {
      for (const { count } of ledger) decided += count;
    };
    parts.push(await startFleet(shared));
    parts.push(await startFleetFeed({ ...shared, partitions }));
    parts.push(await startRca({ ...shared, investigator }));
    parts.push(await startContext(shared));
    parts.push(await runStage({ ...shared, stage: groupingStage() }));
    parts.push(await runStage({ ...shared, stage: signalsStage(), onCommit }));
  }
  return {
    done: Promise.race(parts.map(({ done }) => done)),
    decided: () => decided,
    async close() {
      for (const part of parts.toReversed()) await part.close();
      await investigator.close();
    },
  };
}
