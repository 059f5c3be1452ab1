// The client for one server, for what sentinels name, or for a cluster.
import type { ConnectionOptions } from 'node:tls';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { RedisConfig } from './config.ts';

/** A request is sent again after so many connections were lost under it; then it fails. */
const RETRIES = 5;

/** Milliseconds before the next attempt to connect; it never gives up. */
const pauseBefore = (attempt: number) => Math.min(25 * 2 ** Math.min(attempt, 10), 2000);

/** A master that has become a replica refuses writes: the connection is made anew, and the request sent again. */
const isDemoted = (error: Error) => (error.message.startsWith('READONLY') ? 2 : false);

function tlsOf(config: RedisConfig): ConnectionOptions | undefined {
  const secure = config.WINNOW_REDIS_TLS === 'true' || config.WINNOW_REDIS_URL?.startsWith('rediss:');
  if (!secure) return undefined;
  const { WINNOW_REDIS_TLS_CA_FILE: ca, WINNOW_REDIS_TLS_CERT_FILE: cert, WINNOW_REDIS_TLS_KEY_FILE: key } = config;
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

function optionsOf(config: RedisConfig): RedisOptions {
  const { WINNOW_REDIS_USERNAME: username, WINNOW_REDIS_PASSWORD: password, WINNOW_REDIS_TIMEOUT_MS: timeout } = config;
  const tls = tlsOf(config);
  return {
    connectionName: 'winnow',
    connectTimeout: timeout,
    socketTimeout: timeout,
    keepAlive: 10_000,
    maxRetriesPerRequest: RETRIES,
    reconnectOnError: isDemoted,
    ...(username && { username }),
    ...(password && { password }),
    ...(tls && { tls }),
  };
}

function sentinelOptions(config: RedisConfig): RedisOptions {
  const { WINNOW_REDIS_SENTINEL_USERNAME: username, WINNOW_REDIS_SENTINEL_PASSWORD: password } = config;
  const tls = tlsOf(config);
  return {
    sentinels: [...(config.WINNOW_REDIS_SENTINELS ?? [])],
    name: config.WINNOW_REDIS_SENTINEL_MASTER,
    sentinelRetryStrategy: pauseBefore,
    failoverDetector: true,
    ...(username && { sentinelUsername: username }),
    ...(password && { sentinelPassword: password }),
    ...(tls && { sentinelTLS: tls, enableTLSForSentinelMode: true }),
  };
}

export function connectRedis(config: RedisConfig): Redis | Cluster {
  const { WINNOW_REDIS_URL: url, WINNOW_REDIS_CLUSTER: nodes } = config;
  const options = optionsOf(config);
  if (nodes) {
    return new Cluster([...nodes], { redisOptions: options, clusterRetryStrategy: pauseBefore });
  }
  const lasting = { ...options, retryStrategy: pauseBefore };
  return url ? new Redis(url, lasting) : new Redis({ ...lasting, ...sentinelOptions(config) });
}

/** Where it is, for messages: no user and no password. */
export function placeOf(config: RedisConfig): string {
  const { WINNOW_REDIS_URL: url, WINNOW_REDIS_SENTINELS: sentinels, WINNOW_REDIS_CLUSTER: nodes } = config;
  if (url) return new URL(url).host;
  return (sentinels ?? nodes ?? []).map(({ host, port }) => `${host}:${port}`).join(',');
}
