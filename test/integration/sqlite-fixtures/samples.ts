import type { TopicName } from '@winnow/contracts';
import type { Commit, LogRecord, NewRecord, StateStore } from '@winnow/stream';

export function record(value: unknown, change: Partial<NewRecord> = {}): NewRecord {
  return { topic: 'winnow.observations', partition: 0, key: 'prod', headers: { ce_type: 'test' }, value, ...change };
}

export function commit(change: Partial<Commit>): Commit {
  return {
    from: {},
    to: {},
    version: 1,
    seq: 0,
    delta: new Uint8Array(),
    snapshots: [],
    ledger: [],
    outgoing: [],
    ...change,
  };
}

export const bytes = (text: string) => new TextEncoder().encode(text);

/** The changes that a stage's partition would be loaded from, as texts. */
export async function changesOf(store: StateStore, stage: string, partition = 0): Promise<string[]> {
  return texts((await store.load(await store.claim(stage, partition))).changes);
}

export async function texts(changes: AsyncIterable<Uint8Array>): Promise<string[]> {
  const found: string[] = [];
  for await (const change of changes) found.push(new TextDecoder().decode(change));
  return found;
}

/** Reads a partition from an offset until nothing is left, by a subscription. */
export async function readAll(
  log: { subscribe: import('@winnow/stream').EventLog['subscribe']; idle(): Promise<void> },
  topic: TopicName = 'winnow.observations',
  partition = 0,
  from = 0,
): Promise<LogRecord[]> {
  const found: LogRecord[] = [];
  const subscription = log.subscribe({ topic, partition, from }, async (batch) => {
    found.push(...batch);
  });
  await log.idle();
  await subscription.close();
  return found;
}
