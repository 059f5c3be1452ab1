// `npm run servers -- NAME…`: starts servers by hand, for development, and says how to reach them, until Ctrl-C.
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { startAlertmanager } from './alertmanager.ts';
import { startJaeger } from './jaeger.ts';
import { startKafka } from './kafka/start.ts';
import { startKubernetes } from './kubernetes/start.ts';
import { isTool, obtain, type ServerName, serverNames, sources, type ToolName } from './obtain/sources.ts';
import { startPrometheus } from './prometheus.ts';
import { startRedis } from './redis.ts';

const USAGE = `Usage: npm run servers -- NAME…            start them, say how to reach them, end them at Ctrl-C
       npm run servers -- --list           what there is, and whether it is here
       npm run servers -- --obtain [NAME…] get what is not here yet (all of it, if none is named)
NAME is one of: ${serverNames.join(', ')}. kwok goes with kubernetes; ${serverNames.filter(isTool).join(' and ')} are tools, which are not started.`;

type Startable = Exclude<ServerName, 'kwok' | ToolName>;

/** kwok goes with kubernetes, and tools are run by tests. */
const isStartable = (name: ServerName): name is Startable => name !== 'kwok' && !isTool(name);

interface Started {
  readonly how: string;
  stop(): Promise<void>;
}

const starts: Record<Startable, (withKwok: boolean) => Promise<Started>> = {
  async kubernetes(withKwok) {
    const started = await startKubernetes(withKwok ? { kwok: { nodes: 3 } } : {});
    const how = `${started.url}, token ${started.token}\n  export KUBECONFIG=${started.kubeconfig}`;
    return { how, stop: started.stop };
  },
  prometheus: async () => reachedByUrl(await startPrometheus()),
  alertmanager: async () => reachedByUrl(await startAlertmanager()),
  redis: async () => reachedByUrl(await startRedis()),
  async kafka() {
    const { broker, stop } = await startKafka();
    return { how: broker, stop };
  },
  async jaeger() {
    const { queryUrl, otlpUrl, stop } = await startJaeger();
    return { how: `${queryUrl}\n  export OTEL_EXPORTER_OTLP_ENDPOINT=${otlpUrl}`, stop };
  },
};

const reachedByUrl = ({ url, stop }: { url: string; stop(): Promise<void> }): Started => ({ how: url, stop });

function list(): void {
  for (const name of serverNames) {
    const source = sources[name];
    const place = source.find();
    const state = place ? `here: ${place}` : (source.obstacle() ?? `to be had: npm run servers -- --obtain ${name}`);
    console.log(`${name.padEnd(14)} ${source.what}\n${' '.repeat(15)}${state}`);
  }
}

/** One after the other: each build takes both cores and some memory. @returns whether all are here. */
async function obtainAll(names: readonly ServerName[]): Promise<boolean> {
  let isComplete = true;
  for (const name of names) {
    const begin = performance.now();
    try {
      const place = await obtain(name);
      console.log(`${name}: ${place} (${Math.round((performance.now() - begin) / 1000)} s)`);
    } catch (error) {
      isComplete = false;
      console.error(`${name}: ${(error as Error).message}`);
    }
  }
  return isComplete;
}

async function startAll(names: readonly ServerName[]): Promise<void> {
  const started: Started[] = [];
  try {
    for (const name of names.filter(isStartable)) {
      const server = await starts[name](names.includes('kwok'));
      started.push(server);
      console.log(`${name}: ${server.how}`);
    }
    console.log('Ctrl-C ends them.');
    const listening = setInterval(() => undefined, 60_000);
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    clearInterval(listening);
  } finally {
    await Promise.all(started.map((server) => server.stop()));
  }
}

const { values, positionals } = parseArgs({
  options: { list: { type: 'boolean' }, obtain: { type: 'boolean' }, help: { type: 'boolean' } },
  allowPositionals: true,
});
const unknown = positionals.find((name) => !(name in sources));
const names = positionals as ServerName[];
if (unknown !== undefined) {
  console.error(`there is no server ${unknown}\n${USAGE}`);
  process.exitCode = 2;
} else if (values.list) list();
else if (values.obtain) process.exitCode = (await obtainAll(names.length > 0 ? names : serverNames)) ? 0 : 1;
else if (names.some(isStartable)) await startAll(names);
else console.log(USAGE);
