// Every server that the tests start and every tool that they run, and where each comes from.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { debianPackage } from './debian.ts';
import { goProgram, publishedPackage, sourcesOf } from './go.ts';
import { mavenJars } from './maven.ts';
import type { Source } from './source.ts';

const inRepository = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** A changed program is another version. */
function digestOf(...paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(readFileSync(inRepository(path)));
  return hash.digest('hex').slice(0, 8);
}

const program = digestOf('kubernetes/program/main.go', 'kubernetes/program/go.mod');
const jars = digestOf('kafka/pom.xml');

const servers = {
  kubernetes: goProgram({
    what: 'Kubernetes 1.34 control plane: etcd, API server, controllers and scheduler in one program, built in 10 minutes',
    folder: `kubernetes-1.34.4-${program}`,
    binary: 'cluster',
    prepare: sourcesOf(inRepository('kubernetes/program')),
    package: '.',
  }),
  kwok: goProgram({
    what: 'kwok 0.7: nodes and pods that behave as a script says, built in 90 seconds',
    folder: 'kwok-0.7.0',
    binary: 'kwok',
    prepare: publishedPackage('sigs.k8s.io/kwok/cmd/kwok', 'v0.7.0'),
    package: 'sigs.k8s.io/kwok/cmd/kwok',
  }),
  prometheus: debianPackage('Prometheus', 'prometheus', 'prometheus'),
  alertmanager: debianPackage(
    'Alertmanager, and amtool',
    'prometheus-alertmanager',
    'alertmanager',
    'prometheus-alertmanager',
  ),
  redis: debianPackage('Redis', 'redis-server', 'redis-server'),
  kafka: mavenJars(
    'Kafka 4.1.1, one broker; its jars are fetched in 10 seconds',
    `kafka-4.1.1-${jars}`,
    inRepository('kafka/pom.xml'),
  ),
  jaeger: goProgram({
    what: 'Jaeger 1.57 all-in-one, built in 2 minutes',
    folder: 'jaeger-1.57.0',
    binary: 'jaeger',
    prepare: publishedPackage('github.com/jaegertracing/jaeger/cmd/all-in-one', 'v1.57.0', [
      'github.com/Shopify/sarama=github.com/Shopify/sarama@v1.33.0',
    ]),
    package: 'github.com/jaegertracing/jaeger/cmd/all-in-one',
  }),
} as const satisfies Record<string, Source>;

const tools = {
  helm: goProgram({
    what: 'Helm 3.22, built in 2 minutes',
    folder: 'helm-3.22.0',
    binary: 'helm',
    prepare: publishedPackage('helm.sh/helm/v3/cmd/helm', 'v3.22.0'),
    package: 'helm.sh/helm/v3/cmd/helm',
  }),
  'docker-compose': goProgram({
    what: 'docker-compose 2.40, built in 2 minutes',
    folder: 'docker-compose-2.40.3',
    binary: 'docker-compose',
    prepare: publishedPackage('github.com/docker/compose/v2/cmd', 'v2.40.3'),
    package: 'github.com/docker/compose/v2/cmd',
  }),
} as const satisfies Record<string, Source>;

export const sources = { ...servers, ...tools };

/** Is run to its end, never started. */
export type ToolName = keyof typeof tools;
export type ServerName = keyof typeof sources;

export const serverNames = Object.keys(sources) as ServerName[];

export const isTool = (name: ServerName): name is ToolName => name in tools;

/** Where the server is started from; gets it first where that is needed. @throws where this machine cannot have it. */
export async function obtain(name: ServerName): Promise<string> {
  const source = sources[name];
  const found = source.find();
  if (found) return found;
  const obstacle = source.obstacle();
  if (obstacle) throw new Error(`${name} cannot be had on this machine: ${obstacle}`);
  return source.obtain();
}

/**
 * Why the tests that need this server are left out; undefined where it is here. With WINNOW_REQUIRE_SERVERS=1, as in CI,
 * none is left out: a server that is missing then fails the test that starts it.
 */
export function missingServer(name: ServerName): string | undefined {
  const source = sources[name];
  if (process.env.WINNOW_REQUIRE_SERVERS === '1' || source.find()) return undefined;
  return source.obstacle() ?? `it is not here yet; \`npm run servers -- --obtain ${name}\` gets it (${source.what})`;
}
