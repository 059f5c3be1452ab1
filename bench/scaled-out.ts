// Kafka, Redis and the services of Winnow, each a process, on this machine.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startKafka, startRedis } from '../test/servers/index.ts';
import { freePort, until } from './start-winnow.ts';

const main = fileURLToPath(new URL('../packages/cli/src/main.ts', import.meta.url));

export interface ScaleOut {
  readonly partitions: number;
  readonly services: readonly string[];
  /** Of each service (1). */
  readonly instances?: number;
}

export interface ScaledOut {
  readonly env: NodeJS.ProcessEnv;
  /** Of the first instance. */
  urlOf(service: string): string;
  /** Every instance of it. */
  urlsOf(service: string): readonly string[];
  pids(): readonly number[];
  stop(): Promise<void>;
}

/** Resolves when all are ready. */
export async function startScaledOut({ partitions, services, instances = 1 }: ScaleOut): Promise<ScaledOut> {
  const kafka = await startKafka({ measured: true });
  const redis = await startRedis();
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    WINNOW_KAFKA_BROKERS: kafka.broker,
    WINNOW_REDIS_URL: redis.url,
    // Nothing is held back here: what is measured is how much goes through.
    WINNOW_CLUSTER_RATE: '1000000',
    WINNOW_CLUSTER_BURST: '1000000',
    WINNOW_INSECURE_LISTEN: 'true',
    WINNOW_LOG_LEVEL: process.env.WINNOW_LOG_LEVEL ?? 'error',
  };
  const topics = ['topics', 'apply', '--partitions', String(partitions), '--replication-factor', '1'];
  execFileSync(process.execPath, [main, ...topics, '--min-insync-replicas', '1'], { env, stdio: 'ignore' });
  const started = new Map<string, { readonly child: ChildProcess; readonly url: string }[]>();
  for (const service of services)
    for (let instance = 0; instance < instances; instance++) {
      const port = await freePort();
      const child = spawn(process.execPath, [main, 'service', service], {
        env: { ...env, WINNOW_LISTEN: `127.0.0.1:${port}`, WINNOW_INSTANCE: `${service}-${instance}` },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      started.set(service, [...(started.get(service) ?? []), { child, url: `http://127.0.0.1:${port}` }]);
    }
  const all = [...started.values()].flat();
  for (const { url } of all)
    await until(async () => (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok ?? false);
  const urlsOf = (service: string) => (started.get(service) ?? []).map(({ url }) => url);
  return {
    env,
    urlsOf,
    urlOf: (service) => urlsOf(service)[0] ?? '',
    pids: () => all.map(({ child }) => child.pid!),
    async stop() {
      await Promise.all(
        all.map(async ({ child }) => {
          const ended = once(child, 'exit');
          if (child.kill('SIGTERM')) await ended;
        }),
      );
      await redis.stop();
      await kafka.stop();
    },
  };
}
