// Which partitions this process owns, as a consumer group decides. The group decides nothing else: records come by `subscribe`, from the
// offset that the store holds, and no offset is committed here. So nothing that a handler does can keep a heartbeat waiting.
import type { TopicName } from '@winnow/contracts';
import type { Consumer } from 'kafkajs';
import type { KafkaClient } from './client.ts';
import { failureOf } from './failures.ts';

export interface FollowAssignments {
  /** Its members share the partitions, for instance `winnow.signals`. */
  readonly group: string;
  /** Whose partitions are shared out; the same number of all topics'. */
  readonly topic: TopicName;
  /** Milliseconds without a heartbeat after which others take over (default 30,000). */
  readonly sessionTimeout?: number;
  /** Called with what is owned from now on: claim it, load it, subscribe from the store's offset. */
  readonly onAssigned: (partitions: readonly number[]) => Promise<void>;
  /** Called with all that was owned, before anything else is assigned. Others may already own it: the store's fence keeps them apart. */
  readonly onRevoked: (partitions: readonly number[]) => Promise<void>;
}

export interface Assignments {
  owned(): readonly number[];
  /** Gives everything back and leaves the group, so that others need not wait for the session to time out. */
  close(): Promise<void>;
  /** Resolves after close; rejects where the group cannot be followed any more, or a callback rejected: the process is to end. */
  readonly done: Promise<void>;
}

const HEARTBEATS_A_SESSION = 10;

/** Joins the group. @throws where it cannot be joined. */
export async function followAssignments({ kafka }: KafkaClient, options: FollowAssignments): Promise<Assignments> {
  const { group, topic, sessionTimeout = 30_000, onAssigned, onRevoked } = options;
  const ended = Promise.withResolvers<void>();
  ended.promise.catch(() => undefined);
  let owned: readonly number[] = [];
  let turn = Promise.resolve();

  const consumer = kafka.consumer({
    groupId: group,
    sessionTimeout,
    rebalanceTimeout: sessionTimeout,
    heartbeatInterval: Math.floor(sessionTimeout / HEARTBEATS_A_SESSION),
    maxWaitTimeInMs: Math.floor(sessionTimeout / HEARTBEATS_A_SESSION),
    allowAutoTopicCreation: false,
    retry: { retries: 10, maxRetryTime: 2000 },
  });

  /** One change after the other, each with what is owned when its turn comes. */
  function inTurn(change: () => Promise<void>): Promise<void> {
    turn = turn.then(change);
    turn.catch(ended.reject);
    return turn;
  }

  async function revoke(): Promise<void> {
    if (owned.length === 0) return;
    const revoked = owned;
    owned = [];
    await onRevoked(revoked);
  }

  async function assign(partitions: readonly number[]): Promise<void> {
    await revoke();
    owned = partitions;
    if (partitions.length > 0) await onAssigned(partitions);
  }

  consumer.on(consumer.events.REBALANCING, () => void inTurn(revoke).catch(() => undefined));
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    // It is joined for its decisions alone: nothing is to be fetched through it.
    consumer.pause([{ topic }]);
    const partitions = [...(payload.memberAssignment[topic] ?? [])].sort((one, other) => one - other);
    void inTurn(() => assign(partitions)).catch(() => undefined);
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    void inTurn(revoke).catch(() => undefined);
    // kafkajs joins again by itself where it says so, and stops without another word where it does not.
    if (!payload.restart) ended.reject(failureOf(payload.error, `The group ${group} cannot be followed any more`));
  });

  await join(consumer, topic, group);
  return {
    owned: () => owned,
    done: ended.promise,
    async close() {
      await inTurn(revoke).catch(() => undefined);
      await consumer.disconnect();
      ended.resolve();
    },
  };
}

async function join(consumer: Consumer, topic: TopicName, group: string): Promise<void> {
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => undefined });
  } catch (error) {
    await consumer.disconnect().catch(() => undefined);
    throw failureOf(error, `The group ${group} could not be joined`);
  }
}
