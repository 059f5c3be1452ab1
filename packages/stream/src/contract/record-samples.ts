import type { TopicName } from '@winnow/contracts';
import type { Commit } from '../ports.ts';
import type { LogRecord, NewRecord } from '../records.ts';

/** A small record whose key and value tell it from the others. */
export function sampleRecord(name: string, topic: TopicName = 'winnow.signals', partition = 0): NewRecord {
  return { topic, partition, key: name, headers: { ce_id: name, ce_type: 'sample' }, value: { name, text: 'ä €  "' } };
}

/** A record as a stage puts it out. */
export function outgoingRecord(seq: number): NewRecord {
  const record = sampleRecord(`out-${seq}`, 'winnow.incidents');
  return { ...record, headers: { ...record.headers, producer: 'sample/0', seq: String(seq) } };
}

/** A commit that moves `winnow.signals` from one offset to another and holds nothing else but what is given. */
export function sampleCommit(from: number, to: number, parts: Partial<Commit> = {}): Commit {
  const offset = (at: number) => (at === 0 ? {} : { 'winnow.signals': at });
  return {
    from: offset(from),
    to: offset(to),
    version: 1,
    seq: 0,
    delta: new Uint8Array(0),
    snapshots: [],
    ledger: [],
    outgoing: [],
    ...parts,
  };
}

export const namesOf = (records: readonly (LogRecord | NewRecord)[]) => records.map((record) => record.key);

export const bytes = (...values: number[]) => Uint8Array.from(values);

export async function gather<T>(source: AsyncIterable<T>): Promise<T[]> {
  const gathered: T[] = [];
  for await (const each of source) gathered.push(each);
  return gathered;
}

/** Resolves when the condition holds; rejects after a while. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (const end = performance.now() + 5000; !condition(); ) {
    if (performance.now() > end) throw new Error(`waited 5 s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
