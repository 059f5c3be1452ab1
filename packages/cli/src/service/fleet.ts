// Incidents of all clusters → fleet incidents. The feed runs where a cluster's partition is, the fleet where its tenant's is: an instance
// runs both on each partition that is its own.
import { topics } from '@winnow/contracts';
import { startFleet, startFleetFeed } from '@winnow/fleet';
import type { OwnedPart } from '@winnow/stream';
import type { ServiceDefinition } from './service.ts';

export const fleet: ServiceDefinition = {
  name: 'fleet',
  summary: 'links incidents of several clusters that have one cause',
  figuresOnly: true,
  async start({ log, partitions, tracer, store: openStore, ownPartitions }) {
    const store = await openStore();
    await ownPartitions({
      topic: topics.fleetInputs.name,
      async start(partition, run) {
        const shared = { log, store, partition, ...run, ...(tracer && { tracer }) };
        const stage = await startFleet(shared);
        const feed = await closingOnFailure(stage, () => startFleetFeed({ ...shared, partitions }));
        return bothOf(feed, stage);
      },
    });
    return { done: new Promise(() => undefined), drainSteps: [] };
  },
};

const bothOf = (feed: OwnedPart, stage: OwnedPart): OwnedPart => ({
  done: Promise.race([feed.done, stage.done]),
  async close() {
    await feed.close();
    await stage.close();
  },
});

/** What was started before does not go on without it. */
async function closingOnFailure<T>(started: OwnedPart, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    await started.close();
    throw error;
  }
}
