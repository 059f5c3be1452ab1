// Findings → people, a partition at a time.
import type { MetricFamily } from '@winnow/contracts';
import { readNotifyConfig, startNotify } from '@winnow/notify';
import { CommandFailed } from '../failure.ts';
import type { ServiceDefinition } from './service.ts';

export const notify: ServiceDefinition = {
  name: 'notify',
  summary: 'tells those of WINNOW_NOTIFY_URLS of incidents',
  figuresOnly: true,
  async start({ env, log, tracer, store: openStore, ownPartitions }) {
    const { receivers, externalUrl } = readNotifyConfig([], env);
    if (externalUrl === undefined)
      throw new CommandFailed('WINNOW_EXTERNAL_URL is to be set: notifications link to the api service there');
    const store = await openStore();
    const owned = await ownPartitions({
      start: (partition, run) =>
        startNotify({ log, store, partition, receivers, externalUrl, ...run, ...(tracer && { tracer }) }),
    });
    return {
      done: new Promise(() => undefined),
      readMetrics: () =>
        owned.list().flatMap(({ partition, part }) => (part?.readMetrics() ?? []).map((each) => of(partition, each))),
      drainSteps: [],
    };
  },
};

const of = (partition: number, family: MetricFamily): MetricFamily => ({
  ...family,
  samples: family.samples.map(({ labels, value }) => ({ labels: { ...labels, partition }, value })),
});
