// A cluster intake on a real API server, with what it writes folded by the stage that decides what is known.
import { readFileSync, writeFileSync } from 'node:fs';
import type { Envelope, KubeObject } from '@winnow/contracts';
import { readClusterIngestConfig, type StartClusterIngest, startClusterIngest } from '@winnow/ingest-cluster';
import { connect, createDiscovery, loadContexts } from '@winnow/kubernetes';
import { signalsStage } from '@winnow/signals';
import { type Checkpoints, createMemoryCheckpoints, openTables } from '@winnow/stream';

/** What outlives a process: the log and the places of watches. */
export interface Remains {
  readonly log: Envelope[];
  readonly checkpoints: Checkpoints;
}

export const createRemains = (): Remains => ({ log: [], checkpoints: createMemoryCheckpoints() });

export interface WatchingOptions {
  readonly kubeconfig: string;
  /** In the place of the kubeconfig's server. */
  readonly url?: string;
  readonly remains?: Remains;
  readonly extra?: string;
  readonly patience?: StartClusterIngest['patience'];
  /** The cluster's name. */
  readonly name?: string;
  readonly instance?: string;
}

export interface Watching extends AsyncDisposable {
  readonly log: readonly Envelope[];
  readonly warnings: string[];
  /** `[kind, namespace/name]` → facts, as the stage knows them now; by kind. */
  known(kind: string): ReadonlyMap<string, KubeObject>;
  /** By reason, of all kinds or one. */
  lists(kind?: string): Readonly<Record<string, number>>;
  restarts(kind?: string): Readonly<Record<string, number>>;
  /** Those that vouch for objects. */
  heartbeats(): number;
  status(source?: string): ReturnType<ReturnType<typeof startClusterIngest>['status']>[number];
  metrics: ReturnType<typeof startClusterIngest>['readMetrics'];
  stop(): Promise<void>;
  /** Ends as `kill -9` does: nothing is saved or written from now on. */
  crash(): Promise<void>;
}

/** Impatient, so that tests need not wait for minutes. */
const impatient = {
  ...{ silence: 5_000, answer: 15_000, beat: 300, probeAfter: 500, probeAnswer: 1_500 },
  ...{ healthy: 2_000, seldom: 2_000, retryMost: 2_000 },
};

export function startWatching(options: WatchingOptions): Watching {
  const { remains = createRemains(), name } = options;
  const file = options.url ? redirect(options.kubeconfig, options.url) : options.kubeconfig;
  const [context] = loadContexts({ kubeconfig: file });
  if (!context) throw new Error(`${file} has no context`);
  const api = connect(name === undefined ? context : { ...context, name });
  const discovery = createDiscovery(api, { ttl: 1_000 });
  const fold = createFold();
  const warnings: string[] = [];
  let dead = false;
  for (const envelope of remains.log) fold.take(envelope);
  const note = (_: object, text: string) => void warnings.push(text);
  const ingest = startClusterIngest({
    clusters: [{ api, discover: () => discovery.resources(), ...(options.instance && { instance: options.instance }) }],
    tenant: 'default',
    config: readClusterIngestConfig({ WINNOW_WATCH_EXTRA: options.extra }),
    logger: { info: note, warn: note },
    patience: { ...impatient, ...options.patience },
    checkpoints: {
      load: (key) => remains.checkpoints.load(key),
      save: async (key, value) => (dead ? undefined : remains.checkpoints.save(key, value)),
    },
    append: async (envelopes) => {
      if (dead) throw new Error('it is dead');
      for (const envelope of envelopes) {
        remains.log.push(structuredClone(envelope));
        fold.take(envelope);
      }
    },
  });
  const counts = (metric: string, kind?: string) => {
    const samples = ingest.readMetrics().find((family) => family.name === metric)?.samples ?? [];
    const sums: Record<string, number> = {};
    for (const { labels, value } of samples)
      if (kind === undefined || labels.kind === kind) sums[labels.reason!] = (sums[labels.reason!] ?? 0) + value;
    return sums;
  };
  const stop = async () => {
    await ingest.stop();
    await api.close();
  };
  return {
    log: remains.log,
    warnings,
    known: fold.known,
    lists: (kind) => counts('winnow_cluster_lists_total', kind),
    restarts: (kind) => counts('winnow_cluster_watch_restarts_total', kind),
    heartbeats: () => remains.log.filter(vouchesForObjects).length,
    status: (source = 'kubernetes.object') => ingest.status().find((each) => each.source === source)!,
    metrics: () => ingest.readMetrics(),
    stop,
    async crash() {
      dead = true;
      await stop();
    },
    [Symbol.asyncDispose]: stop,
  };
}

const vouchesForObjects = ({ items }: Envelope) =>
  items.some((item) => item.type === 'heartbeat' && item.source === 'kubernetes.object');

let redirected = 0;

function redirect(kubeconfig: string, url: string): string {
  const file = `${kubeconfig}.redirected-${++redirected}`;
  writeFileSync(file, readFileSync(kubeconfig, 'utf8').replace(/https:\/\/127\.0\.0\.1:\d+/, url));
  return file;
}

function createFold() {
  const stage = signalsStage();
  const set = openTables(stage.tables);
  const state = stage.open(set.tables);
  let offset = 0;
  return {
    take(value: Envelope): void {
      const record = { topic: 'winnow.observations', partition: 0, offset: offset++, key: value.cluster, headers: {} };
      stage.decide(state, { ...record, topic: 'winnow.observations', value: structuredClone(value) });
    },
    known(kind: string): ReadonlyMap<string, KubeObject> {
      const rows = [...state.objects.entries()].map(([, row]) => row.object);
      const own = rows.filter((object) => (object.kind === 'Other' ? object.otherKind : object.kind) === kind);
      return new Map(own.map((object) => [`${object.metadata.namespace ?? ''}/${object.metadata.name}`, object]));
    },
  };
}
