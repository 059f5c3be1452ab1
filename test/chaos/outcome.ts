// What came of the arrivals: the incidents' documents and the ledger; of a scaled-out Winnow, and of one in memory that nothing disturbs.
import { type Envelope, type Incident, topics } from '@winnow/contracts';
import { groupingStage } from '@winnow/grouping';
import type { KafkaLog } from '@winnow/kafka';
import { openRedis, readRedisConfig } from '@winnow/redis';
import { signalsStage } from '@winnow/signals';
import {
  createMemoryLog,
  createMemoryStore,
  type EventLog,
  type LedgerCell,
  type LogRecord,
  type NewRecord,
  runStage,
} from '@winnow/stream';

export interface Outcome {
  /** Every revision of every incident as JSON, by `partition/id revision`. */
  readonly incidents: ReadonlyMap<string, string>;
  /** Items by `source outcome reason`. */
  readonly ledger: Readonly<Record<string, number>>;
}

/** @throws Error that names an incident of which a revision was told in two ways, or of which compaction would keep an old one. */
function incidentsOf(records: readonly LogRecord[]): Map<string, string> {
  const found = new Map<string, string>();
  const newest = new Map<string, number>();
  const kept = new Map<string, number>();
  for (const { partition, value } of records) {
    if (value === null) continue;
    const { id, revision } = value as Incident;
    const key = `${partition}/${id} ${revision}`;
    const text = JSON.stringify(value);
    const told = found.get(key) ?? text;
    if (told !== text) throw new Error(`${key} was told in two ways:\n${told}\n${text}`);
    found.set(key, text);
    newest.set(id, Math.max(revision, newest.get(id) ?? 0));
    kept.set(id, revision);
  }
  for (const [id, revision] of newest)
    if (kept.get(id) !== revision) throw new Error(`compaction keeps ${id} ${kept.get(id)}, the newest is ${revision}`);
  return found;
}

function totalsOf(cells: readonly LedgerCell[]): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const { source, outcome, reason, count } of cells) {
    const key = `${source} ${outcome} ${reason}`;
    totals[key] = (totals[key] ?? 0) + count;
  }
  return Object.fromEntries(Object.entries(totals).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The stages that decide, in memory, one partition after the other. */
export async function undisturbed(records: readonly NewRecord<Envelope>[], partitions: number): Promise<Outcome> {
  const log = createMemoryLog();
  const store = createMemoryStore({ publishTo: log });
  await log.append(records);
  const cells: LedgerCell[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const grouping = await runStage({ stage: groupingStage(), partition, log, store });
    const signals = await runStage({ stage: signalsStage(), partition, log, store });
    await log.idle();
    cells.push(...signals.ledger());
    await Promise.all([signals.close(), grouping.close()]);
  }
  const told = Array.from({ length: partitions }, (_, partition) => log.records(topics.incidents.name, partition));
  return { incidents: incidentsOf(told.flat()), ledger: totalsOf(cells) };
}

export interface Scale {
  readonly log: KafkaLog;
  readonly env: Readonly<Record<string, string>>;
  readonly partitions: number;
}

/** What is in Kafka and Redis now. */
export async function outcomeOf({ log, env, partitions }: Scale): Promise<Outcome> {
  const redis = await openRedis(readRedisConfig(env));
  try {
    const all = Array.from({ length: partitions }, (_, partition) => partition);
    const told = await Promise.all(all.map((partition) => readAll(log, topics.incidents.name, partition)));
    const committed = await Promise.all(all.map((partition) => redis.readCommitted('signals', partition)));
    return {
      incidents: incidentsOf(told.flat()),
      ledger: totalsOf(committed.flatMap((each) => each?.ledger ?? [])),
    };
  } finally {
    await redis.close();
  }
}

/** True where `stage` has committed all that its input holds. */
export async function hasCaughtUp(
  { log, env, partitions }: Scale,
  stage: string,
  input: NewRecord['topic'],
): Promise<boolean> {
  const redis = await openRedis(readRedisConfig(env));
  try {
    for (let partition = 0; partition < partitions; partition++) {
      const committed = await redis.readCommitted(stage, partition);
      if ((committed?.offsets[input] ?? 0) < (await log.end(input, partition))) return false;
    }
    return true;
  } finally {
    await redis.close();
  }
}

async function readAll(log: EventLog, topic: NewRecord['topic'], partition: number): Promise<LogRecord[]> {
  const end = await log.end(topic, partition);
  const records: LogRecord[] = [];
  if (end === 0) return records;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const subscription = log.subscribe({ topic, partition, from: 0, passing: true }, async (batch) => {
    records.push(...batch);
    if ((batch.at(-1)?.offset ?? 0) >= end - 1) resolve();
  });
  subscription.done.catch(reject);
  await promise;
  await subscription.close();
  return records;
}
