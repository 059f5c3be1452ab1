// Dossiers → findings, a partition at a time. The threads of the engine are shared by all of them.
import { deterministicInvestigator, readRcaConfig, startRca } from '@winnow/rca';
import { workerMetrics } from '@winnow/stream';
import type { ServiceDefinition } from './service.ts';

export const rca: ServiceDefinition = {
  name: 'rca',
  summary: 'finds root causes',
  figuresOnly: true,
  async start({ env, log, tracer, store: openStore, ownPartitions }) {
    const investigator = deterministicInvestigator({ threads: readRcaConfig(env).WINNOW_RCA_THREADS });
    const store = await openStore();
    const owned = await ownPartitions({
      start: (partition, run) => startRca({ log, store, partition, investigator, ...run, ...(tracer && { tracer }) }),
    });
    return {
      done: new Promise(() => undefined),
      readMetrics: () => workerMetrics(owned.list().flatMap(({ part }) => part?.figures() ?? [])),
      drainSteps: [{ name: 'diagnosis threads', within: 1_000, run: () => investigator.close() }],
    };
  },
};
