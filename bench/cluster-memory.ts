// Memory of the cluster intake while it lists a cluster of many pods, and after: generated pages over a real socket, from a fake.
//
//   node bench/cluster-memory.ts [--pods 50000] [--most 500]
//
// The intake is a process of its own, with the embedded log (which keeps its newest 8 MiB as objects); exits 1 where its peak is over --most MB.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startFakeApiServer } from './cluster/fake-api-server.ts';
import { mib, startIntake } from './cluster/start-intake.ts';

const { values } = parseArgs({
  options: {
    pods: { type: 'string', default: '50000' },
    most: { type: 'string', default: '500' },
  },
});
const pods = Number(values.pods);
const work = mkdtempSync(join(tmpdir(), 'winnow-bench-'));
const fake = await startFakeApiServer(pods);
const kubeconfig = join(work, 'kubeconfig');
writeFileSync(
  kubeconfig,
  JSON.stringify({
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'fake' },
    clusters: [{ name: 'fake', cluster: { server: fake.url } }],
    users: [{ name: 'nobody', user: {} }],
    contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'nobody' } }],
  }),
);

const begun = performance.now();
const intake = startIntake(kubeconfig, join(work, 'data'));
const { peak, bytes, requests, cpuSeconds } = await intake.until(
  (told) => told.pods >= pods && told.state !== 'syncing',
);
const seconds = (performance.now() - begun) / 1000;
console.log(
  `${pods} pods, ${mib(bytes)} of lists: in the log after ${seconds.toFixed(1)} s (${cpuSeconds.toFixed(1)} s of CPU), ` +
    `${requests.list} list requests, peak ${Math.round(peak / 1e6)} MB (at most ${values.most})`,
);
await intake.end('SIGTERM');
await fake.stop();
rmSync(work, { recursive: true, force: true });
process.exitCode = peak <= Number(values.most) * 1e6 ? 0 : 1;
