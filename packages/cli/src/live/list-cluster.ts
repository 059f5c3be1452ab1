// The state of a live cluster, read once, with nothing but GET: every kind that matters, as far as this identity may list it.
import { type Capture, captureOf, type ListedKind } from '@winnow/capture';
import type { Item, Problem, ReadItems } from '@winnow/contracts';
import { chooseKinds, type WatchedKind } from '@winnow/ingest-cluster';
import type { ApiResource } from '@winnow/kubernetes';
import { LookupDenied } from '@winnow/stream';
import { CommandFailed } from '../failure.ts';
import { intake } from '../inputs.ts';
import { notingReader, wordsOf } from './noting-reader.ts';
import type { LiveCluster } from './open-clusters.ts';

export interface ListCluster {
  readonly tenant: string;
  /** Kinds that may not be listed in all namespaces are listed in this one. */
  readonly namespace?: string;
  readonly signal: AbortSignal;
  /** Told of each kind that has been read. */
  readonly onListed?: (kind: string, objects: number) => void;
}

/** Kinds that show symptoms: while one of them is unseen nobody can say that all is well. */
const telling = new Set(
  'Pod Deployment ReplicaSet StatefulSet DaemonSet Job CronJob Service PersistentVolumeClaim Event'.split(' '),
);

interface Reading {
  readonly kind: WatchedKind;
  /** Undefined where it may not be read. */
  readonly listed?: ListedKind;
  readonly problem?: Problem;
}

/** @throws ApiUnreachable; CommandFailed where nothing at all may be listed. */
export async function listCluster(cluster: LiveCluster, options: ListCluster): Promise<Capture> {
  const resources = await cluster.discovery.resources().catch((error: Error) => {
    throw unknownKinds(cluster, error);
  });
  const { watched } = chooseKinds(resources);
  const { pathOf } = await import('@winnow/kubernetes');
  const resourceOf = new Map(resources.map((resource) => [pathOf(resource), resource]));
  const readings = await Promise.all(
    watched.map((kind) => readKind(cluster, kind, resourceOf.get(kind.path) as ApiResource, options)),
  );
  if (readings.every(({ listed }) => listed === undefined)) throw nothingReadable(cluster, readings);
  const problems = readings.flatMap(({ problem }) => problem ?? []);
  const noting = notingReader(cluster.reader);
  return captureOf({
    ...{ tenant: options.tenant, cluster: cluster.name, at: new Date().toISOString() },
    kinds: readings.flatMap(({ listed }) => listed ?? []),
    reader: noting.reader,
    problems: () => [...problems, ...cluster.discovery.problems().map(unanswered), ...noting.problems()],
    blind: blindness(readings, options.namespace),
  });
}

async function readKind(
  cluster: LiveCluster,
  kind: WatchedKind,
  resource: ApiResource,
  options: ListCluster,
): Promise<Reading> {
  const { namespace } = options;
  try {
    return { kind, listed: await list(cluster, kind, resource, undefined, options) };
  } catch (error) {
    if (!(error instanceof LookupDenied) && !isRefusal(error)) throw error;
    if (error instanceof LookupDenied && namespace !== undefined && resource.namespaced) {
      const listed = await list(cluster, kind, resource, namespace, options).catch((again: unknown) => {
        if (again instanceof LookupDenied || isRefusal(again)) return undefined;
        throw again;
      });
      if (listed) return { kind, listed };
    }
    return { kind, problem: problemOf(kind, namespace, error as Error) };
  }
}

/** The server answered, and cannot tell of this kind. */
const isRefusal = (error: unknown) => error instanceof Error && error.name === 'LookupRefused';

async function list(
  { api }: LiveCluster,
  { kind, id }: WatchedKind,
  resource: ApiResource,
  namespace: string | undefined,
  { signal, onListed }: ListCluster,
): Promise<ListedKind> {
  const { listPages } = await import('@winnow/kubernetes');
  const read: ReadItems = intake['kubernetes.object'];
  const at = new Date().toISOString();
  const items: Item[] = [];
  for await (const page of listPages(api, { resource, namespace, signal }))
    for (const object of page) items.push(...read({ type: 'ADDED', object }, { at, place: id }));
  onListed?.(id, items.length);
  return { kind, items, ...(namespace !== undefined && { namespace }) };
}

function problemOf({ id, apiVersion }: WatchedKind, namespace: string | undefined, error: Error): Problem {
  const where = namespace === undefined ? '' : ` in all namespaces or in ${namespace}`;
  return { place: id, expected: `the right to list ${id} (${apiVersion})${where}`, found: wordsOf(error) };
}

const unanswered = (found: string): Problem => ({ place: 'discovery', expected: 'all groups that are served', found });

function blindness(readings: readonly Reading[], namespace: string | undefined): readonly string[] {
  const matters = ({ kind }: Reading) => telling.has(kind.kind) || (kind.kind === 'Node' && namespace === undefined);
  return readings.flatMap((reading) =>
    matters(reading) && !reading.listed ? `${reading.kind.id} cannot be listed` : [],
  );
}

function unknownKinds({ name, server, context, origin }: LiveCluster, error: Error): Error {
  if (error.name !== 'DiscoveryFailed') return error;
  const hint = error.message.includes('401')
    ? ` The credentials of context ${context} in ${origin} are not taken: log in anew.`
    : '';
  return new CommandFailed(`${error.message} (cluster ${name} at ${server}).${hint}`, 2, { cause: error });
}

function nothingReadable({ name, server }: LiveCluster, readings: readonly Reading[]): CommandFailed {
  const [first] = readings.flatMap(({ problem }) => problem ?? []);
  const kinds = readings.map(({ kind }) => kind.id).join(', ');
  return new CommandFailed(
    `cluster ${name} (${server}) lets this identity list nothing${first ? `. It says: ${first.found}` : ''}\n` +
      `Grant it get and list on ${kinds}, and get on pods/log: infra/kubernetes/clusterrole.yaml has such a role.\n` +
      'Who may look at one namespace alone gives it with -n.',
    2,
  );
}
