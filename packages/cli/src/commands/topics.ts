// `winnow topics`: the log as it is, and on Kafka the topics as they are to be.
import type { Command } from 'commander';
import { dataOption } from '../data-dir.ts';
import { CommandFailed } from '../failure.ts';
import { interrupted } from '../interrupted.ts';
import type { ApplyOptions } from '../topics/apply-topics.ts';
import { nameTopic, topicArgument } from '../topics/name-topic.ts';
import { withTopics } from '../topics/open-topics.ts';
import type { ShownRecord } from '../topics/topic-log.ts';

const where = `
They are read from Kafka where WINNOW_KAFKA_BROKERS is set, unless --data is given.
`;

export function registerTopics(program: Command): void {
  const topics = program.command('topics').description('the topics of the flow and their records');
  topics
    .command('ls')
    .description('list the topics with their partitions')
    .argument('[topic]', topicArgument)
    .option(...dataOption)
    .addHelpText('after', where)
    .action(async (name: string | undefined, { data }: { data?: string }) => {
      const topic = name === undefined ? undefined : nameTopic(name);
      process.stdout.write(await withTopics(data, process.env, (log) => log.list(topic)));
    });
  topics
    .command('tail')
    .description('print the newest records of a topic, one JSON object a line')
    .argument('<topic>', topicArgument)
    .option('-n, --lines <n>', 'how many records', '10')
    .option('-f, --follow', 'go on as records are appended')
    .option(...dataOption)
    .addHelpText(
      'after',
      `${where}\nExamples:\n  winnow topics tail incidents\n  winnow topics tail -f -n 0 signals | jq .value`,
    )
    .action(async (name: string, { lines, follow, data }: TailOptions) => {
      const topic = nameTopic(name);
      const count = countOf(lines);
      await withTopics(data, process.env, (log) => log.tail(topic, count, print, follow && interrupted()));
    });
  topics
    .command('apply')
    .description('make the topics on Kafka that are not there, and say in what the others differ')
    .option('--partitions <n>', 'of each topic; fixed once there are data (default: $WINNOW_KAFKA_PARTITIONS, else 24)')
    .option('--replication-factor <n>', '(default: $WINNOW_KAFKA_REPLICATION_FACTOR, else 3)')
    .option('--min-insync-replicas <n>', '(default: $WINNOW_KAFKA_MIN_INSYNC_REPLICAS, else 2)')
    .option(
      '--retention-hours <n>',
      'of topics that are kept by time (default: $WINNOW_KAFKA_RETENTION_HOURS, else 168)',
    )
    .option('--dry-run', 'change nothing')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Ends with status 0 where all are as wanted, and 2 where one differs or what is wanted cannot be. It changes nothing of a topic that is there.

Examples:
  WINNOW_KAFKA_BROKERS=kafka:9092 winnow topics apply
  WINNOW_KAFKA_BROKERS=127.0.0.1:9092 winnow topics apply --partitions 4 --replication-factor 1 --min-insync-replicas 1`,
    )
    .action(apply);
}

interface TailOptions {
  readonly lines: string;
  readonly follow?: true;
  readonly data?: string;
}

function countOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new CommandFailed(`-n takes a number of records, not ${text}`);
}

function print({ topic: _, at, ...record }: ShownRecord): void {
  process.stdout.write(`${JSON.stringify({ at: new Date(at).toISOString(), ...record })}\n`);
}

async function apply({ json, ...options }: ApplyOptions & { readonly json?: true }): Promise<void> {
  const { appliedText, applyWanted, isToBeMended } = await import('../topics/apply-topics.ts');
  const { readKafkaConfig } = await import('@winnow/kafka');
  const applied = await applyWanted(options, process.env);
  const text = () => appliedText(applied, readKafkaConfig(process.env));
  process.stdout.write(json ? `${JSON.stringify(applied, null, 2)}\n` : text());
  if (isToBeMended(applied)) process.exitCode = 2;
}
