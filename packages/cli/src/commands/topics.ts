// `winnow topics`: the log as it is.
import { type TopicName, topicNames } from '@winnow/contracts';
import type { LogInfo, Reader, StoredRecord } from '@winnow/sqlite';
import type { Command } from 'commander';
import { dataDirOf, dataOption, withReader } from '../data-dir.ts';
import { CommandFailed } from '../failure.ts';
import { interrupted } from '../interrupted.ts';
import { renderTable } from '../render/table.ts';
import { timeOf } from '../render/words.ts';

export function registerTopics(program: Command): void {
  const topics = program.command('topics').description('the topics of the flow and their records');
  topics
    .command('ls')
    .description('list the topics with their partitions')
    .option(...dataOption)
    .action(async ({ data }: { data?: string }) => {
      const logs = await withReader(dataDirOf(data), (reader) => reader.logs());
      process.stdout.write(topicsText(logs));
    });
  topics
    .command('tail')
    .description('print the newest records of a topic, one JSON object a line')
    .argument('<topic>', `one of ${topicNames.map((name) => name.replace('winnow.', '')).join(', ')}`)
    .option('-n, --lines <n>', 'how many records', '10')
    .option('-f, --follow', 'go on as records are appended')
    .option(...dataOption)
    .addHelpText(
      'after',
      '\nExamples:\n  winnow topics tail incidents\n  winnow topics tail -f -n 0 signals | jq .value',
    )
    .action(async (name: string, options: TailOptions) => {
      const topic = topicOf(name);
      await withReader(dataDirOf(options.data), (reader) =>
        tail(reader, topic, countOf(options.lines), options.follow ?? false),
      );
    });
}

interface TailOptions {
  readonly lines: string;
  readonly follow?: boolean;
  readonly data?: string;
}

/** With or without `winnow.` before it. */
function topicOf(name: string): TopicName {
  const topic = topicNames.find((each) => each === name || each === `winnow.${name}`);
  if (topic) return topic;
  throw new CommandFailed(`there is no topic ${name}: give one of ${topicNames.join(', ')}`);
}

function countOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new CommandFailed(`-n takes a number of records, not ${text}`);
}

function topicsText(logs: readonly LogInfo[]): string {
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

async function tail(reader: Reader, topic: TopicName, lines: number, follow: boolean): Promise<void> {
  const partitions = reader.logs().filter((log) => log.topic === topic);
  const newest = partitions
    .flatMap(({ partition }) => (lines > 0 ? reader.read({ topic, partition, limit: lines, reverse: true }) : []))
    .sort((one, other) => one.at - other.at || one.partition - other.partition || one.offset - other.offset)
    .slice(-lines || undefined);
  for (const record of newest) print(record);
  if (!follow) return;
  const signal = interrupted();
  // A topic without a record has no partition yet; the embedded default writes to the first.
  const heads = partitions.length > 0 ? partitions : [{ partition: 0, next: 0 }];
  await Promise.all(heads.map(({ partition, next }) => followPartition(reader, topic, partition, next, signal)));
}

async function followPartition(
  reader: Reader,
  topic: TopicName,
  partition: number,
  from: number,
  signal: AbortSignal,
): Promise<void> {
  for await (const record of reader.follow({ topic, partition, from }, signal)) print(record);
}

function print({ topic: _, at, ...record }: StoredRecord): void {
  process.stdout.write(`${JSON.stringify({ at: new Date(at).toISOString(), ...record })}\n`);
}
