// Which dead letters a command is about: those of --server, of --data, of Kafka where it is set, else of the usual data directory.
import { readKafkaConfig } from '@winnow/kafka';
import { dataDirOf } from '../data-dir.ts';
import { CommandFailed } from '../failure.ts';
import { connectServer, type ServerOptions } from '../server-client.ts';
import type { DeadLetters } from './dead-letters.ts';
import { servedDeadLetters } from './served-dead-letters.ts';
import { storedDeadLetters } from './stored-dead-letters.ts';

export interface WhereFlags extends ServerOptions {
  readonly data?: string;
}

export async function withDeadLetters<T>(
  flags: WhereFlags,
  use: (letters: DeadLetters) => Promise<T>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<T> {
  const letters = await open(flags, env);
  try {
    return await use(letters);
  } finally {
    await letters.close();
  }
}

async function open(flags: WhereFlags, env: NodeJS.ProcessEnv): Promise<DeadLetters> {
  if (flags.server !== undefined) return servedDeadLetters(connectServer(flags, env));
  if (flags.data === undefined && env.WINNOW_KAFKA_BROKERS) {
    const { kafkaDeadLetters } = await import('./kafka-dead-letters.ts');
    return kafkaDeadLetters(readKafkaConfig(env));
  }
  try {
    return storedDeadLetters(dataDirOf(flags.data, env), flags);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'NoData') throw error;
    const hint = 'Start `winnow up`, or name another directory with --data.';
    throw new CommandFailed(`${error.message} ${hint}`, 2, { cause: error });
  }
}
