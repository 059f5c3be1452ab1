// A cluster of many pods, as kwok objects on the real control plane: how long until all is told of, at which cost, how far behind it is while
// pods change, and whether an intake that is killed in the middle has lost anything once it is back.
//
//   node bench/cluster.ts [--pods 10000] [--rate 50] [--seconds 20]
//
// The intake is a process of its own, with the embedded log and the role of infra/kubernetes. Exits 1 where a change was lost.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Envelope } from '@winnow/contracts';
import { openReader } from '@winnow/sqlite';
import { type Kubernetes, startKubernetes } from '../test/servers/index.ts';
import { pod, podName, WRITTEN } from './cluster/pods.ts';
import { mib, percentiles, startIntake } from './cluster/start-intake.ts';

const { values } = parseArgs({
  options: {
    pods: { type: 'string', default: '10000' },
    rate: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '20' },
  },
});
const pods = Number(values.pods);
const NODES = 20;
const path = '/api/v1/namespaces/default/pods';

/** Carries out so many at once. */
async function inParallel(count: number, atOnce: number, act: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < count; i = next++) await act(i);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

async function must(kubernetes: Kubernetes, method: string, at: string, body?: object, type = 'application/json') {
  const { status, body: told } = await kubernetes.request(at, { method, body, headers: { 'content-type': type } });
  if (status >= 300) throw new Error(`${method} ${at}: ${status} ${JSON.stringify(told).slice(0, 300)}`);
}

const write = (kubernetes: Kubernetes, i: number) => {
  const annotations = { [WRITTEN]: String(Date.now()) };
  return must(
    kubernetes,
    'PATCH',
    `${path}/${podName(i)}`,
    { metadata: { annotations } },
    'application/merge-patch+json',
  );
};

const gone: number[] = [];

/** At most so many writes a second, one at a time, until it is stopped; each tenth is of a pod that goes or comes. */
function churn(kubernetes: Kubernetes, rate: number) {
  let running = true;
  let writes = 0;
  const done = (async () => {
    const begun = performance.now();
    while (running) {
      const due = ((performance.now() - begun) / 1000) * rate;
      if (writes >= due) {
        await sleep(5);
        continue;
      }
      const i = (writes * 7919) % pods;
      writes++;
      if (writes % 20 === 0) {
        if (gone.includes(i)) continue;
        gone.push(i);
        await must(kubernetes, 'DELETE', `${path}/${podName(i)}?gracePeriodSeconds=0`);
      } else if (writes % 20 === 10 && gone.length > 5) await must(kubernetes, 'POST', path, pod(gone.shift()!, NODES));
      else if (!gone.includes(i)) await write(kubernetes, i);
    }
  })();
  return {
    async stop() {
      running = false;
      await done;
      return writes;
    },
  };
}

interface Listed {
  readonly metadata: { readonly continue?: string };
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly uid: string; readonly annotations: Record<string, string> };
  }[];
}

/** What the API server has: name → uid and time of the last write. */
async function actual(kubernetes: Kubernetes): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  for (let token = ''; ; ) {
    const { body } = await kubernetes.request<Listed>(`${path}?limit=1000&continue=${encodeURIComponent(token)}`);
    for (const { metadata } of body.items) all.set(metadata.name, `${metadata.uid} ${metadata.annotations[WRITTEN]}`);
    if (!body.metadata.continue) return all;
    token = body.metadata.continue;
  }
}

/** What the log tells, read from its beginning. */
function told(data: string): Map<string, string> {
  const reader = openReader(data);
  const all = new Map<string, string>();
  let listed: Set<string> | undefined;
  for (let from = 0; ; ) {
    const records = reader.read({ topic: 'winnow.observations', partition: 0, from, limit: 200 });
    for (const item of records.flatMap(({ value }) => (value as Envelope).items)) {
      if (item.type === 'list-begin' && item.kind === 'Pod') listed = new Set();
      if (item.type === 'list-end' && item.kind === 'Pod') {
        for (const name of all.keys()) if (!listed?.has(name)) all.delete(name);
        listed = undefined;
      }
      if (item.type !== 'object' || item.object.kind !== 'Pod') continue;
      const { name, uid, annotations } = item.object.metadata;
      listed?.add(name);
      if (item.change === 'DELETED') all.delete(name);
      else all.set(name, `${uid} ${annotations?.[WRITTEN]}`);
    }
    if (records.length === 0) break;
    from = records.at(-1)!.offset + 1;
  }
  reader.close();
  return all;
}

const differences = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>) =>
  [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.get(name) !== b.get(name));

const seconds = (since: number) => ((performance.now() - since) / 1000).toFixed(1);
const work = mkdtempSync(join(tmpdir(), 'winnow-bench-'));
const data = join(work, 'data');
await using kubernetes = await startKubernetes({ controllers: false, kwok: { nodes: NODES } });
const kubeconfig = await kubernetes.userKubeconfig({
  name: 'winnow',
  clusterRoleFile: 'infra/kubernetes/clusterrole.yaml',
});

const made = performance.now();
await inParallel(pods, 16, (i) => must(kubernetes, 'POST', path, pod(i, NODES)));
console.log(`${pods} pods were made in ${seconds(made)} s; kwok has them run`);
const running = `${path}?limit=1&fieldSelector=status.phase%3DPending`;
while ((await kubernetes.request<Listed>(running)).body.items.length > 0) await sleep(1_000);

const begun = performance.now();
let intake = startIntake(kubeconfig, data);
const synced = await intake.until((figures) => figures.state === 'connected');
console.log(
  `initial sync: ${seconds(begun)} s from the start of its process, ${synced.cpuSeconds.toFixed(1)} s of CPU, peak ${mib(synced.peak)}, ` +
    `${mib(synced.bytes)} received, API requests ${JSON.stringify(synced.requests)}`,
);

intake.takeLags();
const steady = churn(kubernetes, Number(values.rate));
await sleep(Number(values.seconds) * 1_000);
const writes = await steady.stop();
await sleep(2_000);
const after = intake.figures()!;
console.log(
  `steady: ${writes} writes in ${values.seconds} s; from the write to the log ${percentiles(intake.takeLags())}; ` +
    `peak ${mib(after.peak)}, API requests ${JSON.stringify(after.requests)}`,
);

const more = churn(kubernetes, Number(values.rate));
await sleep(3_000);
await intake.end('SIGKILL');
await sleep(5_000);
const back = performance.now();
intake = startIntake(kubeconfig, data);
await sleep(3_000);
await more.stop();
const expected = await actual(kubernetes);
let lost = differences(told(data), expected);
for (let tries = 0; lost.length > 0 && tries < 60; tries++) {
  await sleep(500);
  lost = differences(told(data), expected);
}
const { requests } = intake.figures()!;
console.log(
  `killed and started again: ${lost.length} of ${expected.size} pods differ ${seconds(back)} s later; ` +
    `API requests ${JSON.stringify(requests)} (a list would be ${Math.ceil(pods / 500)} of pods alone)`,
);
await intake.end('SIGTERM');
rmSync(work, { recursive: true, force: true });
process.exitCode = lost.length === 0 ? 0 : 1;
