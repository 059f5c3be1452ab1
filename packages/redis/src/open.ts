import type { Checkpoints, StateStore } from '@winnow/stream';
import type { Cluster, Redis } from 'ioredis';
import { type CheckpointHash, createRedisCheckpoints } from './checkpoints.ts';
import { defineCommands } from './commands.ts';
import { committedReader, type ReadCommitted } from './committed.ts';
import type { RedisConfig } from './config.ts';
import { connectRedis, placeOf } from './connect.ts';
import { withDeadline } from './deadline.ts';
import { failuresAt } from './failures.ts';
import { findWeaknesses } from './server-check.ts';
import { createRedisStore } from './state-store.ts';

export interface OpenedRedis {
  readonly store: StateStore;
  readonly readCommitted: ReadCommitted;
  /** Which server, for messages: no user and no password. */
  readonly place: string;
  /** Where sources stand: for all instances of this prefix. */
  readonly checkpoints: Checkpoints;
  /** What is wrong with how the server is set up, for people. */
  readonly weaknesses: readonly string[];
  /** Ends the connections; nothing may be under way. */
  close(): Promise<void>;
}

export interface OpenRedis {
  /** Hears of lost connections, which are made again. */
  readonly onError?: (error: Error) => void;
}

/** A call goes on over connections that are lost under it, for so many times the time-out of one. */
const PATIENCE = 3;

/** Connects, and looks at the server. @throws LogUnavailable where it cannot be reached, Error where it refuses the user. */
export async function openRedis(
  config: RedisConfig,
  { onError = () => undefined }: OpenRedis = {},
): Promise<OpenedRedis> {
  const place = placeOf(config);
  const client = connectRedis(config);
  const connection = { closed: false, lost: undefined as Error | undefined };
  const lose = (error: Error) => {
    connection.lost = error;
    onError(error);
  };
  client.on('error', lose).on('node error', lose);
  client.on('ready', () => {
    connection.lost = undefined;
  });
  const failureOf = failuresAt(place, connection);
  const patience = PATIENCE * config.WINNOW_REDIS_TIMEOUT_MS;
  const commands = withDeadline(defineCommands(client), patience);
  const check = withDeadline({ findWeaknesses }, patience);
  const weaknesses = await check.findWeaknesses(client).catch((error: unknown) => {
    client.disconnect();
    throw failureOf(error);
  });
  const prefix = config.WINNOW_REDIS_PREFIX;
  const hash = withDeadline(hashAt(client, `${prefix}:checkpoints`), patience);
  const kept = { commands, place, prefix, failureOf };
  return {
    place,
    store: createRedisStore(kept),
    readCommitted: committedReader(kept),
    checkpoints: createRedisCheckpoints({ hash, failureOf }),
    weaknesses,
    async close() {
      connection.closed = true;
      client.disconnect();
    },
  };
}

const hashAt = (client: Redis | Cluster, key: string): CheckpointHash => ({
  read: (field) => client.hget(key, field),
  write: (values) => client.hset(key, values),
  remove: (fields) => client.hdel(key, ...fields),
});
