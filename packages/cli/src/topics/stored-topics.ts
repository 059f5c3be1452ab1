// The topics in the data directory of an embedded Winnow.
import type { TopicName } from '@winnow/contracts';
import type { LogInfo, Reader } from '@winnow/sqlite';
import { renderTable } from '../render/table.ts';
import { timeOf } from '../render/words.ts';
import type { ShownRecord, TopicLog } from './topic-log.ts';

export function storedTopics(reader: Reader): TopicLog {
  async function follow(
    { topic, partition, next }: Pick<LogInfo, 'topic' | 'partition' | 'next'>,
    show: (record: ShownRecord) => void,
    signal: AbortSignal,
  ): Promise<void> {
    for await (const record of reader.follow({ topic, partition, from: next }, signal)) show(record);
  }

  return {
    list: async (topic) => listText(reader.logs().filter((log) => topic === undefined || log.topic === topic)),
    async tail(topic, count, show, signal) {
      const partitions = reader.logs().filter((log) => log.topic === topic);
      for (const record of newestOf(reader, topic, partitions, count)) show(record);
      if (!signal) return;
      // A topic without a record has no partition yet; the embedded default writes to the first.
      const heads = partitions.length > 0 ? partitions : [{ topic, partition: 0, next: 0 }];
      await Promise.all(heads.map((head) => follow(head, show, signal)));
    },
  };
}

function newestOf(reader: Reader, topic: TopicName, partitions: readonly LogInfo[], count: number): ShownRecord[] {
  if (count === 0) return [];
  return partitions
    .flatMap(({ partition }) => reader.read({ topic, partition, limit: count, reverse: true }))
    .sort((one, other) => one.at - other.at || one.partition - other.partition || one.offset - other.offset)
    .slice(-count);
}

function listText(logs: readonly LogInfo[]): string {
  const rows = logs.map(({ topic, partition, records, bytes, next, newestAt }) => [
    topic,
    String(partition),
    records.toLocaleString('en-US'),
    `${Math.ceil(bytes / 1024).toLocaleString('en-US')} KiB`,
    String(next),
    newestAt === undefined ? '' : `${timeOf(new Date(newestAt).toISOString())} UTC`,
  ]);
  const headings = ['topic', 'partition', 'records', 'size', 'next offset', 'newest'];
  return `${renderTable(headings, rows, headings.slice(1, 5)).join('\n')}\n`;
}
