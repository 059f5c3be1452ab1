// Incidents → dossiers, a partition at a time.
import { readContextConfig, startContext } from '@winnow/context';
import { workerMetrics } from '@winnow/stream';
import { openReaders } from '../live/open-readers.ts';
import type { ServiceDefinition } from './service.ts';

export const context: ServiceDefinition = {
  name: 'context',
  summary: 'looks into incidents: objects, logs, events, changes around them',
  figuresOnly: true,
  async start({ env, config, log, tracer, store: openStore, ownPartitions }) {
    const { WINNOW_CONTEXT_CONCURRENCY: concurrency } = readContextConfig(env);
    const { clusters, readers } = await openReaders({
      contexts: config.WINNOW_CONTEXTS,
      inCluster: config.WINNOW_IN_CLUSTER === 'true',
      cluster: config.WINNOW_CLUSTER,
      env,
    });
    const store = await openStore();
    const owned = await ownPartitions({
      start: (partition, run) =>
        startContext({
          ...{ log, store, partition, concurrency, ...run },
          ...(readers && { readers }),
          ...(tracer && { tracer }),
        }),
    });
    return {
      done: new Promise(() => undefined),
      readMetrics: () => [
        ...workerMetrics(owned.list().flatMap(({ part }) => part?.figures() ?? [])),
        ...clusters.flatMap(({ api }) => api.metrics()),
      ],
      drainSteps: [{ name: 'clusters', within: 1_000, run: () => Promise.all(clusters.map(({ api }) => api.close())) }],
    };
  },
};
