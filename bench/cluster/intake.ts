// The cluster intake as a process of its own, on the embedded log: what `cluster.ts` and `cluster-memory.ts` measure, and kill.
//
//   node bench/cluster/intake.ts KUBECONFIG DATA
import type { Envelope } from '@winnow/contracts';
import { readClusterIngestConfig, startClusterIngest } from '@winnow/ingest-cluster';
import { connect, createDiscovery, loadContexts } from '@winnow/kubernetes';
import { openCheckpoints, openSqlite } from '@winnow/sqlite';
import { WRITTEN } from './pods.ts';

/** What it sends to the process that started it, a few times a second. */
export interface IntakeFigures {
  readonly state: string;
  readonly details: readonly string[];
  /** Pods that were told of. */
  readonly pods: number;
  /** The largest resident set so far, bytes. */
  readonly peak: number;
  readonly cpuSeconds: number;
  readonly requests: Readonly<Record<string, number>>;
  readonly bytes: number;
  /** Milliseconds between the write of a pod and the end of the append of what was told of it, of each since the last figures. */
  readonly lags: readonly number[];
}

const [kubeconfig = '', data = ''] = process.argv.slice(2);
const [context] = loadContexts({ kubeconfig });
const api = connect(context!);
const discovery = createDiscovery(api);
const sqlite = openSqlite({ dir: data });
let pods = 0;
let lags: number[] = [];
const written = new Map<string, string>();

const ingest = startClusterIngest({
  clusters: [{ api, discover: () => discovery.resources() }],
  tenant: 'default',
  config: readClusterIngestConfig({}),
  checkpoints: openCheckpoints(data),
  logger: { info: () => undefined, warn: (_, text) => console.error(text) },
  async append(envelopes) {
    await sqlite.log.append(
      envelopes.map((value) => ({
        topic: 'winnow.observations',
        partition: 0,
        key: value.cluster,
        headers: {},
        value,
      })),
    );
    envelopes.forEach(note);
  },
});

function note({ items }: Envelope): void {
  for (const item of items) {
    if (item.type !== 'object' || item.object.kind !== 'Pod') continue;
    pods++;
    const { name, annotations } = item.object.metadata;
    const at = annotations?.[WRITTEN];
    const known = written.get(name);
    if (at !== undefined) written.set(name, at);
    // Others write pods too, and leave this time as it was.
    if (item.change === 'MODIFIED' && at !== undefined && known !== undefined && at !== known)
      lags.push(Date.now() - Number(at));
  }
}

function figures(): IntakeFigures {
  const [objects] = ingest.status();
  const families = ingest.readMetrics();
  const sum = (name: string) => families.find((family) => family.name === name)?.samples ?? [];
  const requests: Record<string, number> = {};
  for (const { labels, value } of sum('winnow_kubernetes_requests_total'))
    requests[labels.purpose!] = (requests[labels.purpose!] ?? 0) + value;
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const told = {
    ...{ state: objects?.state ?? 'blind', details: objects?.details ?? [], pods, lags, requests },
    ...{ peak: maxRSS * 1024, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 },
    bytes: sum('winnow_cluster_bytes_received_total').reduce((all, { value }) => all + value, 0),
  };
  lags = [];
  return told;
}

const timer = setInterval(() => process.send?.(figures(), undefined, {}, () => undefined), 200);
process.once('disconnect', () => process.exit());
process.once('SIGTERM', async () => {
  clearInterval(timer);
  await ingest.stop();
  await api.close();
  await sqlite.close();
  process.exit();
});
