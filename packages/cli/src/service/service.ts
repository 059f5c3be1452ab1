// What a service of the scaled-out Winnow is to the process that runs it, and what it gets from there.
import type { MetricsSnapshot } from '@winnow/api';
import type { ReadMetrics, TopicName } from '@winnow/contracts';
import type { Access } from '@winnow/http-auth';
import type { KafkaLog } from '@winnow/kafka';
import type { ReadCommitted } from '@winnow/redis';
import type { Checkpoints, CommitInfo, OwnedPart, PartStanding, StateStore, Tracer } from '@winnow/stream';
import type { Logger } from '@winnow/telemetry';
import type { FastifyInstance } from 'fastify';
import type { DrainStep } from '../process/termination.ts';
import type { ServiceConfig } from './config.ts';

export interface ServiceHost {
  readonly name: string;
  readonly env: NodeJS.ProcessEnv;
  readonly config: ServiceConfig;
  readonly logger: Logger;
  readonly tracer: Tracer | undefined;
  /** Kafka: appends are durable when they resolve. */
  readonly log: KafkaLog;
  /** Of every topic, as the brokers say. */
  readonly partitions: number;
  /** Names this process among the instances of its service. */
  readonly instance: string;
  /** The one port: health and metrics are the host's own; a service adds its routes in `start`, before it listens. */
  readonly fastify: FastifyInstance;
  readonly access: Access;
  /** Redis, connected once and shared. @throws LogUnavailable */
  store(): Promise<StateStore>;
  /** Reads what any partition of any stage has committed; claims nothing. @throws LogUnavailable */
  readCommitted(): Promise<ReadCommitted>;
  /** Where sources stand, in Redis. @throws LogUnavailable */
  checkpoints(): Promise<Checkpoints>;
  /** Shares the partitions with the other instances of the service, and keeps a part running on each that is this process's. */
  ownPartitions<Part extends OwnedPart>(options: OwnPartitions<Part>): Promise<OwnedPartitions<Part>>;
}

export interface OwnPartitions<Part> {
  /** Whose partitions are shared out (default: winnow.observations; the number is the same for all). */
  readonly topic?: TopicName;
  /** Claims, loads and runs one. */
  start(partition: number, running: PartRun): Promise<Part>;
}

/** What a part is started with, besides its partition: to be handed to `runStage`. */
export interface PartRun {
  /** Given where the partition is taken away before the part runs. */
  readonly signal: AbortSignal;
  readonly onLoading: (bytes: number) => void;
  readonly onCommit: (info: CommitInfo) => void;
}

export interface OwnedPartitions<Part> {
  list(): readonly PartStanding<Part>[];
  /** Why it is not ready; undefined where it is. */
  ready(): string | undefined;
  /** Rejects where the group cannot be followed any more: the process is to end. */
  readonly done: Promise<unknown>;
  /** Gives the partitions back and leaves. */
  readonly drainStep: DrainStep;
}

export interface RunningService {
  /** Why it is not ready; undefined where it is. */
  ready?(): string | undefined;
  /** What it shows on /metrics, besides what the host knows. */
  metrics?(): Partial<MetricsSnapshot>;
  readonly readMetrics?: ReadMetrics;
  /** Rejects where the process is to end. */
  readonly done: Promise<unknown>;
  /** In order; after requests have ended and the partitions were given back. */
  readonly drainSteps: readonly DrainStep[];
}

export interface ServiceDefinition {
  /** As in `winnow service NAME`. */
  readonly name: string;
  /** One line for people. */
  readonly summary: string;
  /** Nothing but health and metrics is on its port: then it may listen without credentials. */
  readonly figuresOnly?: true;
  /** @throws where a setting is wrong. */
  start(host: ServiceHost): Promise<RunningService>;
}
