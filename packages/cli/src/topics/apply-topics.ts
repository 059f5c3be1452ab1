// `winnow topics apply`: what is asked for, what became of it, and what a person is to do.
import { SettingsWrong } from '@winnow/contracts';
import {
  type AppliedTopic,
  applyTopics,
  createClient,
  type InspectedTopic,
  type KafkaConfig,
  planTopics,
  readKafkaConfig,
  readTopicSettings,
  type TopicSettings,
  withAdmin,
} from '@winnow/kafka';
import { CommandFailed } from '../failure.ts';
import { renderTable } from '../render/table.ts';

export interface ApplyOptions {
  readonly partitions?: string;
  readonly replicationFactor?: string;
  readonly minInsyncReplicas?: string;
  readonly retentionHours?: string;
  readonly dryRun?: true;
}

export type Applied = AppliedTopic | InspectedTopic;

/** @throws SettingsWrong, TopicsRefused, LogUnavailable, LogRefused */
export async function applyWanted(options: ApplyOptions, env: NodeJS.ProcessEnv): Promise<readonly Applied[]> {
  const settings = wantedTopics(options, env);
  const client = createClient(readKafkaConfig(env));
  return withAdmin<readonly Applied[]>(client, (admin) =>
    options.dryRun ? planTopics(admin, settings) : applyTopics(admin, settings),
  );
}

const variables = {
  partitions: 'WINNOW_KAFKA_PARTITIONS',
  replicationFactor: 'WINNOW_KAFKA_REPLICATION_FACTOR',
  minInsyncReplicas: 'WINNOW_KAFKA_MIN_INSYNC_REPLICAS',
  retentionHours: 'WINNOW_KAFKA_RETENTION_HOURS',
} as const;
const flagOf = (option: string) => `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** An option comes before the variable that says the same. @throws CommandFailed that names which of them was given */
export function wantedTopics(options: ApplyOptions, env: NodeJS.ProcessEnv): TopicSettings {
  const given = Object.entries(variables).flatMap(([option, variable]) => {
    const value = options[option as keyof typeof variables];
    return value === undefined ? [] : [{ flag: flagOf(option), variable, value }];
  });
  try {
    return readTopicSettings({ ...env, ...Object.fromEntries(given.map(({ variable, value }) => [variable, value])) });
  } catch (error) {
    if (!(error instanceof SettingsWrong)) throw error;
    const told = given.reduce((text, { flag, variable }) => text.replaceAll(variable, flag), error.message);
    throw new CommandFailed(told, 2, { cause: error });
  }
}

/** True where a person is to do something. */
export const isToBeMended = (applied: readonly Applied[]) => applied.some(({ status }) => status === 'differs');

const words = { created: 'created', verified: 'as wanted', differs: 'differs', missing: 'would be created' } as const;

export function appliedText(applied: readonly Applied[], config: KafkaConfig): string {
  const rows = applied.map(({ topic, status, partitions }) => [
    topic,
    partitions === undefined ? '' : String(partitions),
    words[status],
  ]);
  const lines = renderTable(['topic', 'partitions', 'status'], rows, ['partitions']);
  for (const { topic, differences } of applied)
    for (const { what, mend } of differences) lines.push('', `${topic}: ${what}. To mend it:`, `  ${mend}`);
  const asksWho = config.WINNOW_KAFKA_TLS === 'true' || config.WINNOW_KAFKA_SASL_MECHANISM !== undefined;
  if (isToBeMended(applied) && asksWho)
    lines.push('', 'To these brokers each command also takes --command-config FILE, with the settings of a client.');
  return `${lines.join('\n')}\n`;
}
