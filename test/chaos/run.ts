// One run: the services on Kafka and Redis are fed and disturbed, and what comes out is compared with what nothing disturbed.
import { isDeepStrictEqual } from 'node:util';
import { topics } from '@winnow/contracts';
import { temporaryFolder, until } from '../servers/index.ts';
import { createRandom, disturbancesOf, drawMoments } from './disturb.ts';
import { feed } from './feed.ts';
import { hasCaughtUp, type Outcome, outcomeOf, undisturbed } from './outcome.ts';
import { startServers } from './servers.ts';
import { type ServiceProcess, startService } from './service-process.ts';
import { readWorkload } from './workload.ts';

export interface ChaosRun {
  readonly seed: number;
  /** How much goes wrong. */
  readonly disturbances: number;
  readonly partitions: number;
  /** Processes of each service; those that are left out do not run. signals and grouping are needed. */
  readonly instances: Readonly<Record<string, number>>;
  /** Clusters for each example. */
  readonly copies: number;
  readonly say?: (text: string) => void;
}

export interface ChaosVerdict {
  readonly arrivals: number;
  readonly incidents: number;
  /** What is not as it would be undisturbed; empty where all is well. */
  readonly differences: readonly string[];
  readonly happened: readonly string[];
}

/** Seconds: as short as a broker allows. */
const SESSION = 6;

/** @throws where something does not come about in two minutes. */
export async function runChaos({
  seed,
  disturbances,
  partitions,
  instances,
  copies,
  say = () => undefined,
}: ChaosRun): Promise<ChaosVerdict> {
  const random = createRandom(seed);
  const folder = temporaryFolder('chaos');
  const records = await readWorkload(copies, partitions);
  const servers = await startServers(partitions);
  const env = { ...servers.env, WINNOW_SESSION_TIMEOUT_SECONDS: String(SESSION) };
  const services = await startAll(env, folder.path, instances);
  const log = servers.openLog();
  const scale = { log, env: servers.env, partitions };
  const happened: string[] = [];
  const kinds = disturbancesOf(servers, services, SESSION * 2_000);
  const moments = [...drawMoments(disturbances, random)];
  let pending: Promise<void> = Promise.resolve();

  /** One after the other: what goes wrong at the same time goes wrong while the one before is mending. */
  function disturb(): void {
    const kind = kinds[Math.floor(random() * kinds.length)];
    if (!kind) return;
    happened.push(kind.name);
    say(kind.name);
    pending = pending.then(kind.run);
  }

  try {
    await feed({
      log,
      records,
      async onProgress(done) {
        const before = pending;
        while ((moments[0] ?? 2) <= done) {
          moments.shift();
          disturb();
        }
        // The feed goes on while things go wrong, but not so far ahead that nothing is left to be fed.
        await before;
      },
    });
    await pending;
    await untilDone(scale);
    const differences = compare(await undisturbed(records, partitions), await outcomeOf(scale));
    const { incidents } = await outcomeOf(scale);
    return { arrivals: records.length, incidents: incidents.size, differences, happened };
  } finally {
    await Promise.all(services.map((service) => service.stop()));
    await log.close();
    await servers.stop();
    folder.remove();
  }
}

async function startAll(
  env: Readonly<Record<string, string>>,
  folder: string,
  instances: ChaosRun['instances'],
): Promise<ServiceProcess[]> {
  const started: ServiceProcess[] = [];
  for (const [service, count] of Object.entries(instances))
    for (let number = 1; number <= count; number++) started.push(await startService({ service, number, folder, env }));
  return started;
}

async function untilDone(scale: Parameters<typeof hasCaughtUp>[0]): Promise<void> {
  await until(
    async () => await hasCaughtUp(scale, 'signals', topics.observations.name),
    () => 'all arrivals are decided on',
    500,
  );
  await until(
    async () => await hasCaughtUp(scale, 'grouping', topics.signals.name),
    () => 'all signals are grouped',
    500,
  );
}

function compare(expected: Outcome, found: Outcome): string[] {
  const differences: string[] = [];
  if (!isDeepStrictEqual(expected.ledger, found.ledger))
    differences.push(`the ledger is ${JSON.stringify(found.ledger)}, undisturbed ${JSON.stringify(expected.ledger)}`);
  for (const [key, text] of expected.incidents) {
    const other = found.incidents.get(key);
    if (other === undefined) differences.push(`${key} is missing`);
    else if (other !== text) differences.push(`${key} is ${other}, undisturbed ${text}`);
  }
  for (const key of found.incidents.keys())
    if (!expected.incidents.has(key)) differences.push(`${key} is there besides`);
  return differences;
}
