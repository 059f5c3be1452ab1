// The partitions of one service that this process owns, as its consumer group decides.
import { topics } from '@winnow/contracts';
import type { KafkaLog } from '@winnow/kafka';
import { followAssignments } from '@winnow/kafka';
import { type CommitInfo, type OwnedPart, ownParts, type PartStanding, StateNewer } from '@winnow/stream';
import type { Logger } from '@winnow/telemetry';
import type { OwnedPartitions, OwnPartitions } from './service.ts';

export interface JoinGroup {
  /** Of the service. */
  readonly name: string;
  readonly log: KafkaLog;
  readonly logger: Logger;
  readonly onCommit: (info: CommitInfo) => void;
  /** Milliseconds without a heartbeat after which others take over. */
  readonly sessionTimeout: number;
  /** Milliseconds that the partitions may take to be given back. */
  readonly grace: number;
}

/** Joins the group `winnow.<name>`. @throws where it cannot be joined. */
export async function joinGroup<Part extends OwnedPart>(
  { name, log, logger, onCommit, sessionTimeout, grace }: JoinGroup,
  { topic = topics.observations.name, start }: OwnPartitions<Part>,
): Promise<OwnedPartitions<Part>> {
  const loaded = new Map<number, number>();
  /** Why this process is too old to own anything; undefined where it is not. */
  let outdated: string | undefined;
  const owner = ownParts<Part>({
    start: (partition, signal) =>
      start(partition, { signal, onCommit, onLoading: (bytes) => loaded.set(partition, bytes) }),
    confirm: () => assignments.confirm(),
    onCrash(error, crash) {
      if (error instanceof StateNewer) leaveToNewer(error);
      else logger.error({ err: error, ...crash }, 'a partition has crashed and is started again');
    },
  });

  /** In a rolling restart others can read what this process cannot: it leaves all to them, and waits to be replaced. */
  function leaveToNewer(error: StateNewer): void {
    if (outdated !== undefined) return;
    outdated = error.message;
    logger.error({ err: error }, 'this process is older than the state: it gives its partitions up');
    void joining.then((joined) => joined.close());
  }

  const joining = followAssignments(log.client, {
    group: `winnow.${name}`,
    topic,
    sessionTimeout,
    async onAssigned(partitions) {
      logger.info({ partitions }, 'partitions are this process’s from now on');
      loaded.clear();
      owner.assign(partitions);
    },
    async onRevoked(partitions) {
      logger.info({ partitions }, 'partitions are given back');
      await owner.revoke(partitions);
    },
  });
  const assignments = await joining;
  return {
    list: owner.list,
    ready: () => outdated ?? whyNotReady(owner.list(), loaded),
    done: assignments.done.then(() => (outdated === undefined ? undefined : new Promise(() => undefined))),
    drainStep: {
      name: 'partitions',
      within: grace,
      async run() {
        await assignments.close();
        await owner.close();
      },
    },
  };
}

/** An instance that owns nothing is ready: there are more instances than partitions. */
function whyNotReady(
  standings: readonly PartStanding<unknown>[],
  loaded: ReadonlyMap<number, number>,
): string | undefined {
  const failed = standings.filter(({ status }) => status === 'failed');
  const starting = standings.filter(({ status }) => status === 'starting');
  const told = [
    ...failed.map(({ partition, reason }) => `partition ${partition} does not run: ${reason}`),
    ...starting.map(({ partition }) => `partition ${partition} is being loaded (${loaded.get(partition) ?? 0} bytes)`),
  ];
  return told.length > 0 ? told.join('; ') : undefined;
}
