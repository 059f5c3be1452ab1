// A world of durable ports in memory, on which processes run the small pipeline, die, and are replaced until all is done.
import { hash64, type LookupResult, type TopicName, topicNames, topics } from '@winnow/contracts';
import {
  createMemoryLog,
  createMemoryStore,
  Fenced,
  lookupIndexStage,
  type MemoryLog,
  type NewRecord,
  openPartition,
  type Party,
  runStage,
  runWorker,
  type Stage,
  StageCrashed,
  type StateStore,
  settle,
} from '@winnow/stream';
import {
  createFaults,
  createProcess,
  DIED,
  type Fault,
  type FaultyProcess,
  PORT_FAILED,
  type Ports,
  turns,
} from './faults.ts';
import { countStage, groupStage, joinStage } from './stages.ts';

export interface Plan {
  /** Arrivals, in chunks: the next is appended when all has come to rest. */
  readonly arrivals: readonly (readonly NewRecord[])[];
  readonly faults: readonly Fault[];
  readonly batches: readonly number[];
  readonly delays: readonly number[];
  /** Whether the store publishes in its own transaction. */
  readonly publishes: boolean;
}

/** What may be made wrong on purpose. Ports are wrapped inside the process: it can be cut between the calls of a wrapper. */
export interface Plant {
  /** It does no harm while nothing is cut. */
  readonly needsCuts: boolean;
  readonly ports?: (ports: Ports) => Ports;
  readonly world?: (store: StateStore) => StateStore;
  readonly count?: Stage<unknown>;
}

const INDEX = 'group-lookups';
const MOST_PROCESSES = 60;

/** Runs a plan to its end, and gives what can be seen of it. */
export async function runPlan(plan: Plan, plant?: Plant) {
  const log = createMemoryLog();
  const bare = createMemoryStore(plan.publishes ? { publishTo: log } : {});
  const store = plant?.world?.(bare) ?? bare;
  const stages = [plant?.count ?? countStage, groupStage, joinStage];
  const faults = createFaults(plan.faults);
  const processes: FaultyProcess[] = [];
  const surprises: string[] = [];
  let current: Promise<Party[]> | undefined;

  function spawn(): FaultyProcess {
    if (processes.length >= MOST_PROCESSES) throw new Error('the pipeline does not come to rest');
    const process = createProcess({ log, store }, faults, plan.delays);
    processes.push(process);
    current = start(plant?.ports?.(process.ports) ?? process.ports, stages, plan.batches, processes.length);
    current.catch(() => undefined);
    return process;
  }

  async function rest(): Promise<void> {
    for (;;) {
      const process = processes.at(-1) ?? spawn();
      const rested = (current as Promise<Party[]>)
        .then((parties) => settle(log, parties))
        .then(
          () => 'rested' as const,
          (error: unknown) => {
            if (!isExpected(error)) surprises.push(String(error));
            return 'crashed' as const;
          },
        );
      const end = await Promise.race([rested, process.lost]);
      if (end === 'rested') {
        if (!processes.some((each) => each.frozen)) return;
        await turns(10);
        continue;
      }
      if (end === 'crashed') process.kill();
      spawn();
    }
  }

  for (const chunk of plan.arrivals) {
    await log.append(chunk);
    await rest();
  }
  // Whoever was thawed last may still be about to write.
  await turns(30);
  await rest();
  for (const process of processes) process.kill();
  const seen = await observe(log, store, [...stages, lookupIndexStage(INDEX, ['logs'])]);
  return { seen, surprises, struck: faults.struck };
}

/** What may end a process: the schedule, a poisonous record, or another owner. Anything else is a fault of the runtime. */
function isExpected(error: unknown): boolean {
  if (error instanceof StageCrashed || error instanceof Fenced) return true;
  return [PORT_FAILED, DIED].includes((error as Error).message);
}

async function start(ports: Ports, stages: readonly Stage[], batches: readonly number[], process: number) {
  const parties: Party[] = [];
  const common = { ...ports, partition: 0, retryDelay: 0 };
  const batch = (at: number) => batches[(process * 3 + at) % batches.length] ?? 500;
  for (const [at, stage] of stages.entries()) {
    const running = await runStage({ ...common, stage, maxBatch: batch(at) });
    running.done.catch(() => undefined);
    parties.push(running);
  }
  const worker = await runWorker({
    ...common,
    name: INDEX,
    kinds: ['logs'],
    maxBatch: batch(3),
    concurrency: 2,
    lookups: {
      logs: async (ask) => ({ status: 'ok', value: { lines: [hash64(ask.id), ...Object.keys(ask.arguments)] } }),
    },
    now: (ask) => ask.at,
  });
  parties.push(worker);
  return parties;
}

/** Everything that a run leaves behind and that has to be the same however it was cut. */
async function observe(log: MemoryLog, store: StateStore, stages: readonly Stage[]) {
  const state: Record<string, unknown> = {};
  for (const stage of stages) state[stage.name] = await observeState(log, store, stage);
  return { state, ...observeRecords(log) };
}

async function observeState(log: MemoryLog, store: StateStore, stage: Stage) {
  const claim = await store.claim(stage.name, 0);
  const { tables, ledger, offsets, seq, attempts } = await openPartition(stage, await store.load(claim));
  return {
    tables: Object.entries(tables.tables).map(([name, table]) => [name, [...table.entries()]]),
    ledger: ledger.cells(),
    // Records that were published twice shift the offsets of a topic: what counts is that nothing is behind.
    behind: stage.inputs.map((topic) => log.records(topic, 0).length - (offsets[topic] ?? 0)),
    seq: stage.name === 'join' ? 0 : seq,
    attempts,
    unsettled: await store.unsettled(claim),
  };
}

/** Topics of the stage that reads two. */
const joined: readonly TopicName[] = [topics.dossiers.name, topics.findings.name];

function observeRecords(log: MemoryLog) {
  const byProducer: Record<string, unknown> = {};
  const contradictions: string[] = [];
  for (const topic of topicNames) {
    const first = firstOfEachSeq(log, topic, contradictions);
    byProducer[topic] = joined.includes(topic) ? contentOf(first) : first;
  }
  return { byProducer, contradictions, answers: firstAnswers(log) };
}

/** The records of stages as a reader keeps them: the first of each (producer, seq), which any later one has to equal. */
function firstOfEachSeq(log: MemoryLog, topic: TopicName, contradictions: string[]) {
  const first = new Map<string, string>();
  for (const { offset: _, ...record } of log.records(topic, 0)) {
    const { producer, seq } = record.headers;
    if (producer === undefined) continue;
    const id = `${producer}/${seq}`;
    const text = JSON.stringify({ ...record, value: withoutStack(record.value) });
    if ((first.get(id) ?? text) !== text) contradictions.push(id);
    if (!first.has(id)) first.set(id, text);
  }
  return [...first];
}

/** Where a stack begins depends on the way to the third failure: it is told to people only. */
const withoutStack = (value: unknown) => ({ ...(value as object), stack: undefined });

/** What a stage puts out that joins two inputs has no one order: its content counts. */
function contentOf(records: readonly (readonly [string, string])[]) {
  return records.map(([, text]) => JSON.stringify((JSON.parse(text) as NewRecord).value)).sort();
}

function firstAnswers(log: MemoryLog) {
  const answers = new Map<string, unknown>();
  for (const { value } of log.records(topics.lookups.name, 0)) {
    const result = value as LookupResult;
    if (result.type === 'result' && !answers.has(result.ask)) answers.set(result.ask, value);
  }
  return [...answers].sort(([one], [other]) => (one < other ? -1 : 1));
}
