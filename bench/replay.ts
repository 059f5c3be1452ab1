// How fast a recording is replayed, and in how much memory.
//
//   node bench/replay.ts [--observations 1000000] [--workloads 400]
//
// Writes a recording (a cluster of workloads; pods that come and go, events, alerts that are sent again each minute), replays it at
// full speed in a process of its own, and prints observations/s and the process's peak resident memory.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { observations: { type: 'string', default: '1000000' }, workloads: { type: 'string', default: '400' } },
});
const observations = Number(values.observations);
const workloads = Number(values.workloads);

const begin = Date.parse('2026-03-08T00:00:00Z');
const name = (i: number) => `app-${i % workloads}`;
const namespace = (i: number) => `team-${i % 20}`;
const pod = (i: number) => `${name(i)}-7d9f8b6c5-${String(i % 8).padStart(5, 'x')}`;

function event(i: number, at: string): unknown {
  const failing = i % workloads === 7;
  return {
    kind: 'Event',
    apiVersion: 'v1',
    metadata: { name: `e${i}`, namespace: namespace(i), uid: `e${i}`, resourceVersion: String(i) },
    involvedObject: { kind: 'Pod', namespace: namespace(i), name: pod(i) },
    type: failing ? 'Warning' : 'Normal',
    reason: failing ? 'BackOff' : 'Pulled',
    message: failing
      ? `Back-off restarting failed container app in pod ${pod(i)}`
      : 'Container image "registry.example/app:1.0" already present on machine',
    count: 1,
    firstTimestamp: at,
    lastTimestamp: at,
  };
}

function alerts(i: number, at: string): unknown {
  return Array.from({ length: 4 }, (_, n) => ({
    labels: { alertname: 'KubePodNotReady', namespace: namespace(i + n), pod: pod(i + n), severity: 'warning' },
    annotations: {
      description: `Pod ${namespace(i + n)}/${pod(i + n)} has been in a non-ready state for longer than 15 minutes.`,
    },
    startsAt: '2026-03-08T00:00:00.000Z',
    endsAt: new Date(Date.parse(at) + 240_000).toISOString(),
  }));
}

function line(i: number): string {
  const at = new Date(begin + i * 10).toISOString();
  const [source, payload] = i % 4 === 0 ? ['alertmanager.alerts', alerts(i, at)] : ['kubernetes.event', event(i, at)];
  return `${JSON.stringify({ at, cluster: `cluster-${i % 3}`, source, payload })}\n`;
}

async function writeRecording(path: string): Promise<void> {
  const file = createWriteStream(path);
  for (let i = 0; i < observations; i++)
    if (!file.write(line(i))) await new Promise<void>((resolve) => file.once('drain', resolve));
  await new Promise<void>((resolve) => file.end(() => resolve()));
}

const work = mkdtempSync(join(tmpdir(), 'winnow-bench-'));
const recording = join(work, 'recording.jsonl');
await writeRecording(recording);
const main = fileURLToPath(new URL('../packages/cli/src/main.ts', import.meta.url));
const began = performance.now();
const replay = spawn(process.execPath, [main, 'replay', recording, '--speed', 'max', '--json'], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
let peak = 0;
const sampler = setInterval(() => {
  try {
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${replay.pid}/status`, 'utf8'))?.[1] ?? 0));
  } catch {
    // It has just ended.
  }
}, 100);
const code = await new Promise((resolve) => replay.once('exit', resolve));
clearInterval(sampler);
const seconds = (performance.now() - began) / 1000;
console.log(
  `${observations} observations in ${seconds.toFixed(1)} s: ${Math.round(observations / seconds)} observations/s, peak ${Math.round(peak / 1024)} MiB, exit ${code}`,
);
rmSync(work, { recursive: true, force: true });
