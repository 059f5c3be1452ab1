// The topics on Kafka, of all their partitions.
import { isCompacted, type TopicName, topicNames } from '@winnow/contracts';
import type { KafkaReader, PartitionInfo } from '@winnow/kafka';
import { CommandFailed } from '../failure.ts';
import { renderTable } from '../render/table.ts';
import type { TopicLog } from './topic-log.ts';

export function kafkaTopics(reader: KafkaReader): TopicLog {
  async function partitionsOf(topic: TopicName): Promise<readonly PartitionInfo[]> {
    const partitions = await reader.partitions([topic]);
    if (partitions.length > 0) return partitions;
    throw new CommandFailed(`Kafka at ${reader.place} has no ${topic}: \`winnow topics apply\` makes the topics`);
  }

  return {
    list: async (topic) =>
      topic === undefined ? topicsText(await reader.partitions()) : partitionsText(await partitionsOf(topic)),
    async tail(topic, count, show, signal) {
      const partitions = await partitionsOf(topic);
      for (const record of await reader.newest(partitions, count)) show(record);
      if (!signal) return;
      await Promise.all(
        partitions.map(async (each) => {
          for await (const record of reader.follow(each, signal)) show(record);
        }),
      );
    },
  };
}

const format = (count: number) => count.toLocaleString('en-US');

/** Compaction takes records out of their midst, and Kafka does not tell how many. */
const recordsOf = (partitions: readonly PartitionInfo[]) => {
  const most = partitions.reduce((sum, { first, next }) => sum + next - first, 0);
  return partitions.some(({ topic }) => isCompacted(topic)) && most > 0 ? `up to ${format(most)}` : format(most);
};

function topicsText(partitions: readonly PartitionInfo[]): string {
  const rows = topicNames.map((topic) => {
    const own = partitions.filter((each) => each.topic === topic);
    const kept = isCompacted(topic) ? 'the latest of each key' : 'by time';
    return own.length === 0 ? [topic, 'missing', '', kept] : [topic, String(own.length), recordsOf(own), kept];
  });
  return `${renderTable(['topic', 'partitions', 'records', 'kept'], rows, ['partitions', 'records']).join('\n')}\n`;
}

function partitionsText(partitions: readonly PartitionInfo[]): string {
  const rows = partitions.map((each) => [
    String(each.partition),
    recordsOf([each]),
    String(each.first),
    String(each.next),
  ]);
  const headings = ['partition', 'records', 'first offset', 'next offset'];
  return `${renderTable(headings, rows, headings).join('\n')}\n`;
}
