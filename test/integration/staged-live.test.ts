// The same incidents, seen four ways: by a pipeline that watches while they happen, by a look at the live cluster, by a
// capture of it, and by a recording of what the pipeline was told. All name the same causes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report, ReportIncident } from '@winnow/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshDirectory, startUp, type Up, until, winnow } from '../e2e/winnow.ts';
import { missingServer } from '../servers/index.ts';
import { captureCluster } from '../servers/stage/capture.ts';
import { type Stage, startStage } from '../servers/stage/stage.ts';
import { incidents } from './staged-live/scenarios.ts';

const clusterRoleFile = fileURLToPath(new URL('../../infra/kubernetes/clusterrole.yaml', import.meta.url));

const firstOf = ({ hypotheses }: ReportIncident) => hypotheses.find(({ verdict }) => verdict !== 'ruled-out');

/** What each open incident of the scenarios' namespaces is put down to. */
function causesIn(report: Report): string[] {
  const open = report.incidents.filter(({ status }) => status === 'open');
  return open
    .map((incident) => {
      const first = firstOf(incident);
      return first ? `${first.entity.kind}/${first.entity.name} ${first.mode}` : `nothing: ${incident.title}`;
    })
    .sort();
}

const causes = incidents.map(({ cause }) => `${cause.kind}/${cause.name} ${cause.mode}`).sort();

interface Seen {
  readonly live: Report;
  readonly looked: Report;
  readonly captured: Report;
  readonly replays: readonly string[];
  readonly recording: string;
}

async function reportOf({ url }: Up): Promise<Report> {
  return (await fetch(`${url}/api/v1/incidents`)).json() as Promise<Report>;
}

async function reportBy(...args: readonly string[]): Promise<Report> {
  const { code, stdout, stderr } = await winnow(...args);
  if (code !== 0) throw new Error(`winnow ${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as Report;
}

async function seeAll(stage: Stage): Promise<Seen> {
  const kubeconfig = await stage.userKubeconfig({ name: 'winnow', clusterRoleFile });
  const context = ['--context', 'staged', '--kubeconfig', kubeconfig];
  const data = freshDirectory();
  const up = await startUp(data, '--no-example', ...context);

  for (const incident of incidents) await stage.begin(incident);
  for (const incident of incidents) await stage.settled(incident);
  // A pod that starts is left a while before its symptoms count, and readings settle.
  let live = await reportOf(up);
  await until(
    async () => {
      live = await reportOf(up);
      return causesIn(live).join() === causes.join();
    },
    () => `the causes that were staged: ${causesIn(live).join('; ')}\n${up.stderr()}`,
    1_000,
  );

  const looked = await reportBy('diagnose', ...context, '--json');
  const capture = freshDirectory();
  await captureCluster(stage, capture, 'staged');
  const captured = await reportBy('diagnose', capture, '--json');

  live = await reportOf(up);
  await up.end('SIGTERM');
  const recording = join(freshDirectory(), 'staged.jsonl');
  await winnow('record', '--data', data, '-o', recording);
  const replay = async () => (await winnow('replay', recording, '--json')).stdout;
  return {
    live,
    looked,
    captured,
    replays: [await replay(), await replay()],
    recording: readFileSync(recording, 'utf8'),
  };
}

const missing = missingServer('kubernetes') ?? missingServer('kwok');

describe.skipIf(missing)('given incidents that are staged on a live cluster', () => {
  let stage: Stage;
  let seen: Seen;
  beforeAll(async () => {
    stage = await startStage(incidents, { name: 'staged' });
    seen = await seeAll(stage);
  }, 600_000);
  afterAll(() => stage?.stop());

  test('when a pipeline watches, then it names each cause and blames no victim', () => {
    expect(causesIn(seen.live)).toEqual(causes);
  });

  test('when a person looks with diagnose, then the causes are the same', () => {
    expect(causesIn(seen.looked)).toEqual(causes);
    expect(seen.looked.clusters).toEqual(['staged']);
  });

  test('when the same state is captured, then the causes are the same', () => {
    expect(causesIn(seen.captured)).toEqual(causes);
  });

  test('when what the pipeline was told is recorded, then it replays to the same bytes, and to what was found live', () => {
    const [first = '', second] = seen.replays;
    expect(second).toBe(first);
    const replayed = JSON.parse(first) as Report;
    expect(causesIn(replayed)).toEqual(causes);
    const found = (report: Report) =>
      report.incidents
        .filter(({ status }) => status === 'open')
        .map(({ id, hypotheses }) => ({ id, hypotheses }))
        .sort((one, other) => one.id.localeCompare(other.id));
    expect(found(replayed)).toEqual(found(seen.live));
    expect(seen.recording).toContain('"source":"lookup"');
  });
});
