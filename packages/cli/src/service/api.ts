// The reading side over all partitions. Each instance builds its own read model from the log, and shares nothing.
import { metricsOf, readApiConfig, registerApi, startApi } from '@winnow/api';
import { viewLedger } from './ledger-view.ts';
import type { ServiceDefinition } from './service.ts';

export const api: ServiceDefinition = {
  name: 'api',
  summary: 'serves incidents, alerts and silences over HTTP, and takes what operators do',
  async start({ env, config, log, logger, partitions, fastify, access, readCommitted }) {
    const { WINNOW_API_KEEP_CLOSED: keepClosed, WINNOW_ALERT_GROUP_BY: groupBy } = readApiConfig(env);
    const onProblem = (error: unknown) => logger.warn({ err: error }, 'silences could not be written anew');
    const tenant = config.WINNOW_TENANT;
    const ledger = await viewLedger({
      readCommitted: await readCommitted(),
      partitions,
      onProblem: (error) => logger.warn({ err: error }, 'the ledger cannot be read now'),
    });
    const running = startApi({ log, partitions, keepClosed, tenant, onProblem });
    const behind = () => log.progress().filter(({ lag }) => lag > 0).length;
    let caughtUp = false;
    const deps = {
      ...running,
      sources: () => [running.source],
      grantOf: access.grantOf,
      groupBy,
      ledger: () => ledger.cells,
      health: false,
    } as const;
    registerApi(fastify, deps);
    return {
      done: running.done,
      metrics: () => metricsOf(deps),
      ready() {
        caughtUp ||= behind() === 0 && log.progress().length > 0;
        return caughtUp ? undefined : `what the log holds is being read: ${behind()} partitions are behind`;
      },
      drainSteps: [
        {
          name: 'read model',
          within: 1_000,
          async run() {
            ledger.stop();
            await running.close();
          },
        },
      ],
    };
  },
};
