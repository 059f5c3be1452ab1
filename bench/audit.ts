// How long an API server waits for its audit webhook: from the post of a batch to the 200, which is behind the sync of the log.
//
//   node bench/audit.ts [--posts 200]
//
// Prints milliseconds for batches of several sizes, beside a plain append and fsync of the same bytes to a file on the same disk.
import { once } from 'node:events';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startWinnow } from './start-winnow.ts';

const { values } = parseArgs({ options: { posts: { type: 'string', default: '200' } } });
const posts = Number(values.posts);
const sizes = [1, 20, 400];

/** An update of a Deployment, as level RequestResponse tells it. */
function entry(number: number): object {
  const object = {
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    metadata: { name: `app-${number % 50}`, namespace: 'shop', resourceVersion: String(number) },
    spec: { replicas: (number % 5) + 1, template: { spec: { containers: [{ name: 'app', image: `app:${number}` }] } } },
  };
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: `bench-${number}`,
    stage: 'ResponseComplete',
    verb: 'update',
    user: { username: 'deployer@example.com', groups: ['system:authenticated'] },
    sourceIPs: ['10.0.0.7'],
    objectRef: { resource: 'deployments', namespace: 'shop', name: object.metadata.name, apiGroup: 'apps' },
    responseStatus: { code: 200 },
    requestObject: object,
    responseObject: object,
  };
}

function batch(size: number, first: number): string {
  const items = Array.from({ length: size }, (_, index) => entry(first + index));
  return JSON.stringify({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items });
}

const at = (sorted: readonly number[], share: number) =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);

async function measure(work: (body: string) => Promise<void> | void, size: number, first: number): Promise<string> {
  const took: number[] = [];
  for (let post = 0; post < posts; post++) {
    const body = batch(size, first + post * size);
    const began = performance.now();
    await work(body);
    took.push(performance.now() - began);
  }
  took.sort((a, b) => a - b);
  return `median ${at(took, 0.5)}, p99 ${at(took, 0.99)}`;
}

const data = mkdtempSync(join(tmpdir(), 'winnow-bench-'));
const { child, url } = await startWinnow(['--data', join(data, 'winnow'), '--no-example']);
const file = openSync(join(data, 'plain'), 'a');
const post = async (body: string) => {
  const answer = await fetch(`${url}/webhooks/audit`, { method: 'POST', body });
  if (answer.status !== 200) throw new Error(`answered ${answer.status}: ${await answer.text()}`);
};
const append = (body: string) => {
  writeSync(file, body);
  fsyncSync(file);
};
let number = 0;
for (const size of sizes) {
  const acknowledged = await measure(post, size, number);
  const plain = await measure(append, size, number);
  number += posts * size;
  const kilobytes = (batch(size, number).length / 1000).toFixed(0);
  console.log(`${size} entries (${kilobytes} kB)  acknowledged: ${acknowledged}; plain append and fsync: ${plain}`);
}
closeSync(file);
child.kill('SIGTERM');
await once(child, 'exit');
rmSync(data, { recursive: true, force: true });
