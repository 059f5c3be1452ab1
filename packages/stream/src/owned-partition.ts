// A claimed partition: its memory, and the way of a batch through fold, commit, publish and settle.
import type { TopicName } from '@winnow/contracts';
import { Fenced, LogUnavailable, StageCrashed, StateDamaged, StateNewer } from './errors.ts';
import { DecideThrew, type Folded, foldBatch } from './fold.ts';
import { type LateWrites, watchLateWrites } from './late-writes.ts';
import { openPartition, type PartitionMemory } from './partition-memory.ts';
import { MOST_ATTEMPTS, poisonOutcome } from './poison.ts';
import type { Attempts, Claim } from './ports.ts';
import type { LogRecord, NewRecord } from './records.ts';
import { pause, retry } from './retry.ts';
import type { RunStage } from './run-stage.ts';
import { spansOf } from './spans.ts';

export interface OwnedPartition<State> {
  readonly memory: PartitionMemory<State>;
  /** Loads what is committed, and publishes what a crash left unsettled. Given up when the signal is given. */
  load(signal?: AbortSignal): Promise<void>;
  /** Takes a batch of one topic all the way. Records that are committed already are passed over. */
  handle(topic: TopicName, batch: readonly LogRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** A port that fails is tried this often; a log that says it is unavailable is waited for. */
const TRIES = 5;
const triesFor = (error: unknown) => (isFinal(error) ? 0 : error instanceof LogUnavailable ? Infinity : TRIES);
const patienceFor = (error: unknown) => (error instanceof LogUnavailable ? Infinity : 0);
const isFinal = (error: unknown) =>
  [Fenced, StageCrashed, StateDamaged, StateNewer].some((kind) => error instanceof kind);

/** Takes the partition over, as soon as the store can be reached. */
export function claimPartition<State>(
  { stage, partition, store, retryDelay: firstDelay = 50 }: RunStage<State>,
  signal: AbortSignal,
): Promise<Claim> {
  return retry(() => store.claim(stage.name, partition, stage.version), { tries: triesFor, firstDelay, signal });
}

export function ownPartition<State>(
  options: RunStage<State>,
  claim: Claim,
  signal: AbortSignal,
): OwnedPartition<State> {
  const { stage, partition, log, store } = options;
  const firstDelay = options.retryDelay ?? 50;
  const patiently = <T>(action: () => Promise<T>, until = signal) =>
    retry(action, { tries: triesFor, firstDelay, signal: until });
  /** Nothing was written: the very same write is tried until there is room again. */
  const whileUnavailable = <T>(write: () => Promise<T>) => retry(write, { tries: patienceFor, firstDelay, signal });
  const lateWrites: LateWrites[] = [];
  let memory: PartitionMemory<State>;

  async function load(until = signal): Promise<void> {
    const onBytes = (bytes: number) => {
      until.throwIfAborted();
      options.onLoading?.(bytes);
    };
    memory = await patiently(async () => openPartition(stage, await store.load(claim), onBytes), until);
    if (!store.publishes) await publishUnsettled(until);
    options.afterCommit?.(memory.state);
  }

  async function publishUnsettled(until: AbortSignal): Promise<void> {
    const unsettled = await patiently(() => store.unsettled(claim), until);
    if (unsettled.length === 0) return;
    lateWrites.push(await patiently(() => watchLateWrites(log, unsettled), until));
    await publish(unsettled);
  }

  async function handle(topic: TopicName, batch: readonly LogRecord[]): Promise<void> {
    let thrown: DecideThrew | undefined;
    for (let failures = 0; ; ) {
      const ahead = batch.filter((record) => record.offset >= (memory.offsets[topic] ?? 0));
      if (ahead.length === 0) return;
      try {
        await advance(ahead, thrown);
      } catch (error) {
        if (isFinal(error) || signal.aborted) throw error;
        if (error instanceof DecideThrew) thrown = error;
        else if (++failures >= TRIES) throw error;
        else await pause(firstDelay * 2 ** failures, signal);
        await reload(topic);
      }
    }
  }

  /** Commits these records; where one of them is known to throw, those before it, or else what becomes of it. */
  async function advance(records: readonly LogRecord[], thrown: DecideThrew | undefined): Promise<void> {
    const at = records.findIndex((record) => record.offset === thrown?.record.offset);
    if (thrown && at === 0) await settlePoison(thrown);
    else await foldAndCommit(at < 0 ? records : records.slice(0, at));
  }

  /** Memory has gone ahead of the store in a way that nobody knows: it is built anew. */
  async function reload(topic: TopicName): Promise<void> {
    const before = memory.offsets[topic] ?? 0;
    await load();
    if ((memory.offsets[topic] ?? 0) >= before) return;
    throw new StateDamaged(`the store of ${stage.name}/${partition} went back behind offset ${before} of ${topic}`);
  }

  async function foldAndCommit(records: readonly LogRecord[]): Promise<void> {
    const start = Date.now();
    const folded = await foldBatch(stage, memory, records);
    await commitAndPublish(folded, start);
  }

  /** The record at which the stage threw is the next one: notes the attempt and ends, or sets the record aside. */
  async function settlePoison({ record, cause }: DecideThrew): Promise<void> {
    const { topic, offset } = record;
    const count = attemptsAt(topic, offset) + 1;
    if (count >= MOST_ATTEMPTS) {
      const folded = await foldBatch(stage, memory, [record], () => poisonOutcome(stage.name, record, cause));
      await commitAndPublish(folded, Date.now());
      return;
    }
    const attempts = { topic, offset, count };
    await commit({ records: 0, to: memory.offsets, seq: memory.seq, outgoing: [], caused: [] }, attempts);
    const place = `${stage.name}/${partition} threw at offset ${offset} of ${topic}`;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StageCrashed(`${place} (attempt ${count} of ${MOST_ATTEMPTS}): ${reason}`, { cause });
  }

  function attemptsAt(topic: TopicName, offset: number): number {
    const noted = memory.attempts;
    return noted?.topic === topic && noted.offset === offset ? noted.count : 0;
  }

  /** Attempts stay noted until the record is behind the offset, whatever other inputs bring meanwhile. */
  function attemptsAhead(to: PartitionMemory['offsets']): Attempts | undefined {
    const noted = memory.attempts;
    return noted && (to[noted.topic] ?? 0) <= noted.offset ? noted : undefined;
  }

  async function commitAndPublish(folded: Folded, start: number): Promise<void> {
    const added = await commit(folded, attemptsAhead(folded.to));
    if (!store.publishes) await publish(folded.outgoing);
    observe(folded, added, start);
  }

  async function commit({ to, seq, outgoing }: Folded, attempts: Attempts | undefined) {
    const delta = memory.tables.takeDelta();
    const { added, totals } = memory.ledger.takeChanges();
    const whole = {
      from: memory.offsets,
      to,
      version: stage.version,
      seq,
      delta,
      snapshots: memory.snapshots.next(delta.byteLength),
      ledger: totals,
      outgoing,
      ...(attempts && { attempts }),
    };
    const answer = await whileUnavailable(() => store.commit(claim, whole));
    if (answer === 'fenced') throw new Fenced(`${stage.name}/${partition} has been claimed by another owner`);
    memory.offsets = to;
    memory.seq = seq;
    memory.attempts = attempts;
    return added;
  }

  async function publish(outgoing: readonly NewRecord[]): Promise<void> {
    const last = outgoing.at(-1);
    if (last === undefined) return;
    await patiently(() => log.append(outgoing));
    await patiently(() => store.settle(claim, Number(last.headers.seq)));
  }

  function observe(folded: Folded, ledger: Awaited<ReturnType<typeof commit>>, start: number): void {
    const { records, to: offsets, outgoing: emitted } = folded;
    options.onCommit?.({ stage: stage.name, partition, ledger, emitted, records, offsets });
    if (options.tracer) for (const each of folded.caused) spansOf(each, start, Date.now()).forEach(options.tracer);
    options.afterCommit?.(memory.state);
  }

  return {
    get memory() {
      return memory;
    },
    load,
    handle,
    async close() {
      await Promise.all(lateWrites.map((each) => each.close()));
    },
  };
}
