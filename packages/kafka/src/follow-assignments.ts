// Which partitions this process owns, as a consumer group decides. The group decides nothing else: records come by `subscribe`, from the
// offset that the store holds, and no offset is committed here. So nothing that a handler does can keep a heartbeat waiting.
import type { TopicName } from '@winnow/contracts';
import type { Consumer } from 'kafkajs';
import type { KafkaClient } from './client.ts';
import { failureOf, isPermanent } from './failures.ts';
import { persist } from './patience.ts';

export interface FollowAssignments {
  /** Its members share the partitions, for instance `winnow.signals`. */
  readonly group: string;
  /** Whose partitions are shared out; the same number of all topics'. */
  readonly topic: TopicName;
  /** Milliseconds without a heartbeat after which others take over (default 30,000). */
  readonly sessionTimeout?: number;
  /** Milliseconds for which the group is joined anew after it was lost, before it is given up (default 60,000). */
  readonly patience?: number;
  /** Called with what is owned from now on: claim it, load it, subscribe from the store's offset. */
  readonly onAssigned: (partitions: readonly number[]) => Promise<void>;
  /** Called with all that was owned, before anything else is assigned. Others may already own it: the store's fence keeps them apart. */
  readonly onRevoked: (partitions: readonly number[]) => Promise<void>;
}

export interface Assignments {
  owned(): readonly number[];
  /** Resolves when the group has been heard again: `owned` is then not what it was before a sleep. */
  confirm(): Promise<void>;
  /** Gives everything back and leaves the group, so that others need not wait for the session to time out. */
  close(): Promise<void>;
  /** Resolves after close; rejects where the group cannot be followed any more, or a callback rejected: the process is to end. */
  readonly done: Promise<void>;
}

const HEARTBEATS_A_SESSION = 10;

/** Joins the group. @throws where it cannot be joined. */
export async function followAssignments({ kafka }: KafkaClient, options: FollowAssignments): Promise<Assignments> {
  const { group, topic, sessionTimeout = 30_000, patience = 60_000 } = options;
  const holdings = createHoldings(options);
  const aborter = new AbortController();
  const ended = Promise.withResolvers<void>();
  // Whoever looks at `done` hears of a failure.
  ended.promise.catch(() => undefined);
  holdings.failed.catch(ended.reject);
  let member: Consumer | undefined;
  let heard = Promise.withResolvers<void>();
  const hear = () => {
    heard.resolve();
    heard = Promise.withResolvers();
  };

  const createMember = () =>
    kafka.consumer({
      groupId: group,
      sessionTimeout,
      rebalanceTimeout: sessionTimeout,
      heartbeatInterval: Math.floor(sessionTimeout / HEARTBEATS_A_SESSION),
      maxWaitTimeInMs: Math.floor(sessionTimeout / HEARTBEATS_A_SESSION),
      allowAutoTopicCreation: false,
      // kafkajs begins anew after some crashes and stops without a word after others: here all are treated alike.
      retry: { retries: 10, maxRetryTime: 2000, restartOnFailure: async () => false },
    });

  /** Resolves when it has been given its first assignment. */
  async function joinOnce(): Promise<void> {
    const joining = createMember();
    member = joining;
    const joined = Promise.withResolvers<boolean>();
    joining.on(joining.events.REBALANCING, () => holdings.revoke());
    joining.on(joining.events.GROUP_JOIN, ({ payload }) => {
      // It is joined for its decisions alone: nothing is to be fetched through it.
      joining.pause([{ topic }]);
      void holdings.assign(payload.memberAssignment[topic] ?? []).then(hear);
      joined.resolve(true);
    });
    joining.on(joining.events.HEARTBEAT, hear);
    joining.on(joining.events.CRASH, ({ payload }) => {
      joined.reject(payload.error);
      void joined.promise.then(() => recover(payload.error)).catch(() => undefined);
    });
    joined.promise.catch(() => undefined);
    try {
      await joining.connect();
      await joining.subscribe({ topics: [topic], fromBeginning: true });
      await joining.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => undefined });
      await joined.promise;
    } catch (error) {
      await leave(joining);
      throw error;
    }
  }

  const join = () => persist(joinOnce, { signal: aborter.signal, within: patience });

  /** After a crash of a member that had joined. */
  async function recover(error: Error): Promise<void> {
    holdings.revoke();
    try {
      if (isPermanent(error)) throw error;
      if (!aborter.signal.aborted) await join();
    } catch (last) {
      ended.reject(failureOf(last, `The group ${group} cannot be followed any more`));
    }
  }

  await join().catch((error: unknown) => {
    throw failureOf(error, `The group ${group} could not be joined`);
  });
  return {
    owned: holdings.owned,
    confirm: () => heard.promise,
    done: ended.promise,
    async close() {
      aborter.abort();
      await holdings.revoke();
      if (member) await leave(member);
      ended.resolve();
    },
  };
}

const leave = (member: Consumer) => member.disconnect().catch(() => undefined);

interface Holdings {
  owned(): readonly number[];
  revoke(): Promise<void>;
  assign(partitions: readonly number[]): Promise<void>;
  /** Rejects with the first error of a callback. */
  readonly failed: Promise<never>;
}

/** One change after the other, each with what is owned when its turn comes. */
function createHoldings({ onAssigned, onRevoked }: Pick<FollowAssignments, 'onAssigned' | 'onRevoked'>): Holdings {
  const failed = Promise.withResolvers<never>();
  let owned: readonly number[] = [];
  let turn = Promise.resolve();

  function inTurn(change: () => Promise<void>): Promise<void> {
    turn = turn.then(change).catch(failed.reject);
    return turn;
  }

  async function revokeNow(): Promise<void> {
    if (owned.length === 0) return;
    const revoked = owned;
    owned = [];
    await onRevoked(revoked);
  }

  async function assignNow(partitions: readonly number[]): Promise<void> {
    await revokeNow();
    owned = partitions;
    if (partitions.length > 0) await onAssigned(partitions);
  }

  return {
    failed: failed.promise,
    owned: () => owned,
    revoke: () => inTurn(revokeNow),
    assign: (partitions) => inTurn(() => assignNow([...partitions].sort((one, other) => one - other))),
  };
}
