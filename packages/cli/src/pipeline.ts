// All services in one process, on one partition, over any log and store that are local: what `up`, `replay` and `diagnose` run.

import { contextStage, startContext } from '@winnow/context';
import type { Ask, Envelope, ReadMetrics, TopicName } from '@winnow/contracts';
import { fleetFeedStage, fleetStage } from '@winnow/fleet';
import { groupingStage } from '@winnow/grouping';
import { notifyInputs, type RunningNotify, type StartNotify, startNotify } from '@winnow/notify';
import { rcaStage, startRca } from '@winnow/rca';
import { type SignalsState, signalsStage } from '@winnow/signals';
import {
  type ClusterReaders,
  type CommitInfo,
  type Investigator,
  type LedgerCell,
  type LocalLog,
  type LookupAnswer,
  type Party,
  type RunningStage,
  runStage,
  type Stage,
  type StateStore,
  type Supervised,
  settle,
  supervise,
  type Tracer,
  workerMetrics,
} from '@winnow/stream';
import { observationRecord } from './ingest/observation-record.ts';

export interface PipelineOptions {
  readonly log: LocalLog;
  readonly store: StateStore;
  readonly investigator: Investigator;
  /** Where look-ups see more than the log tells. */
  readonly readers?: ClusterReaders;
  /** The readers are captures beside a recording: they know the future. */
  readonly cutOff?: boolean;
  /** How an ask was answered in the run that is played again; undefined where that is not known. */
  readonly recorded?: (ask: Ask) => LookupAnswer | undefined;
  /** The time of a look-up's result: the ask's own in a replay; the wall clock where absent. */
  readonly now?: (ask: Ask) => string;
  /** Look-ups that run at once (default 4). */
  readonly concurrency?: number;
  /** Who is told of incidents; absent where nobody ever is, as in a replay. */
  readonly notify?: Pick<StartNotify, 'receivers' | 'externalUrl'>;
  /** Links incidents of several clusters. A replay and a diagnosis do without: it adds nothing to their report. */
  readonly fleet?: boolean;
  readonly tracer?: Tracer;
  readonly onCommit?: (info: CommitInfo) => void;
  /** A stage or worker has crashed and is started again. */
  readonly onCrash: (part: string, error: unknown) => void;
}

export interface Pipeline {
  /** Resolves when the arrivals are durable, with their offsets. @throws LogUnavailable */
  append(envelopes: readonly Envelope[]): Promise<readonly number[]>;
  /** Resolves when nothing is left to be done with what has been appended. */
  settle(): Promise<void>;
  /** The committed ledger. */
  ledger(): readonly LedgerCell[];
  readonly signals: SignalsState;
  /** How the look-ups and investigations stand. */
  readonly readMetrics: ReadMetrics;
  /** How the receivers of notifications stand; absent where there is nothing to tell them. */
  readonly notify?: Pick<RunningNotify, 'status' | 'readMetrics'>;
  /** Rejects where a part cannot be started again. */
  readonly done: Promise<void>;
  close(): Promise<void>;
}

/** One partition: the embedded pipeline is one process. */
const PARTITION = 0;
const PARTITIONS = 1;
const fleetStages = () => [fleetFeedStage({ partitions: PARTITIONS }), fleetStage()] as const;

/** What each stage reads: a log keeps what some of them have yet to read. @param notify how many receivers there are, where somebody is told. */
export function pipelineConsumers(notify?: number): Readonly<Record<string, readonly TopicName[]>> {
  const told = notify === undefined ? [] : [{ name: 'notify', inputs: notifyInputs(notify) }, ...fleetStages()];
  const stages = [signalsStage(), groupingStage(), contextStage(), rcaStage(), ...told];
  return Object.fromEntries(stages.map(({ name, inputs }) => [name, inputs]));
}

/** Starts every service's part. @throws StateDamaged, StateNewer, Fenced */
export async function startPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { log, store, notify: told } = options;
  const shared = { log, store, partition: PARTITION, ...pick(options) };
  const keepUp = <Running extends Party & { close(): Promise<void> }>(part: string, start: () => Promise<Running>) =>
    supervise(start, { onCrash: (error) => options.onCrash(part, error) });
  const stageOf = <State>(stage: Stage<State>) =>
    keepUp<RunningStage<State>>(stage.name, () => runStage({ ...shared, stage }));

  // Downstream first: what a crash left unsettled is published by its own stage, whoever listens.
  const notify = told && (await keepUp('notify', () => startNotify({ ...shared, ...told })));
  const [feedStage, linkStage] = fleetStages();
  const fleet = options.fleet ? [await stageOf(linkStage), await stageOf(feedStage)] : [];
  const rca = await keepUp('rca', () => startRca({ ...shared, investigator: options.investigator }));
  const context = await keepUp('context', () => startContext({ ...shared, ...lookupsOf(options) }));
  const grouping = await stageOf(groupingStage());
  const signals = await stageOf(signalsStage());
  const beside: readonly Supervised<unknown>[] = [...fleet.toReversed(), ...(notify ? [notify] : [])];
  const parties: readonly Supervised<unknown>[] = [signals, grouping, context, rca, ...beside];

  return {
    append: (envelopes) => log.append(envelopes.map((envelope) => observationRecord(envelope))),
    settle: () => settle(log, parties),
    ledger: () => signals.current.ledger(),
    readMetrics: () => workerMetrics([context.current.figures(), rca.current.figures()]),
    get signals() {
      return signals.current.state;
    },
    ...(notify && {
      notify: { status: () => notify.current.status(), readMetrics: () => notify.current.readMetrics() },
    }),
    done: Promise.race(parties.map((party) => party.done)),
    async close() {
      for (const party of parties) await party.close();
    },
  };
}

function pick({ now, tracer, onCommit }: PipelineOptions) {
  return { ...(now && { now }), ...(tracer && { tracer }), ...(onCommit && { onCommit }) };
}

function lookupsOf({ readers, cutOff = false, recorded, concurrency }: PipelineOptions) {
  return { cutOff, ...(readers && { readers }), ...(recorded && { recorded }), ...(concurrency && { concurrency }) };
}
