// One configured client, and what it opens: kafkajs's own parts, and the cluster below them.
import './quiet-timers.ts';
// Node finds few names in this CommonJS module: what is a value is taken from its default, in the whole package.
import kafkajs, { type Kafka, type KafkaConfig as KafkaOptions } from 'kafkajs';
import Cluster from 'kafkajs/src/cluster/index.js';
import { createLogger } from 'kafkajs/src/loggers/index.js';
import createSocketFactory from 'kafkajs/src/network/socketFactory.js';
import type { KafkaConfig } from './config.ts';
import { saslOf, type TokenProvider, tlsOf } from './security.ts';

export interface ClientOptions {
  /** For `oauthbearer`, in place of a file. */
  readonly token?: TokenProvider;
  /** What the library warns of; nothing is written where it is absent. */
  readonly onWarning?: (message: string, details: Readonly<Record<string, unknown>>) => void;
}

export interface KafkaClient {
  readonly kafka: Kafka;
  /** `host:port` of those that it begins with, for messages. */
  readonly brokers: string;
  /** Connections of its own: a long poll on them holds up nobody else. */
  openCluster(): Cluster;
}

// Short here, because callers retry too: kafkajs nests its retries.
const retry = { initialRetryTime: 100, retries: 2, maxRetryTime: 1000 };
const CONNECTION_TIMEOUT = 3000;
const AUTHENTICATION_TIMEOUT = 10_000;
const REAUTHENTICATION_THRESHOLD = 10_000;
const REQUEST_TIMEOUT = 10_000;
const METADATA_MAX_AGE = 60_000;

/** @throws where a certificate or a token's file is missing. */
export function createClient(config: KafkaConfig, { token, onWarning }: ClientOptions = {}): KafkaClient {
  const sasl = saslOf(config, token);
  const options = {
    brokers: [...config.WINNOW_KAFKA_BROKERS],
    clientId: config.WINNOW_KAFKA_CLIENT_ID,
    ssl: tlsOf(config),
    ...(sasl && { sasl }),
    connectionTimeout: CONNECTION_TIMEOUT,
    authenticationTimeout: AUTHENTICATION_TIMEOUT,
    reauthenticationThreshold: REAUTHENTICATION_THRESHOLD,
    requestTimeout: REQUEST_TIMEOUT,
    retry,
    logLevel: onWarning ? kafkajs.logLevel.WARN : kafkajs.logLevel.NOTHING,
    logCreator: () => (entry) => onWarning?.(entry.log.message, { ...entry.log, namespace: entry.namespace }),
  } satisfies KafkaOptions;
  const logger = createLogger({ level: options.logLevel, logCreator: options.logCreator });
  const socketFactory = createSocketFactory();
  return {
    kafka: new kafkajs.Kafka(options),
    brokers: options.brokers.join(', '),
    openCluster: () =>
      new Cluster({
        ...options,
        logger,
        socketFactory,
        enforceRequestTimeout: true,
        metadataMaxAge: METADATA_MAX_AGE,
        allowAutoTopicCreation: false,
        maxInFlightRequests: 1,
      }),
  };
}
