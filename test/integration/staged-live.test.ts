// The same incidents, seen four ways: by a pipeline that watches while they happen, by a look at the live cluster, by a
// capture of it, and by a recording of what the pipeline was told. All name the same causes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LookupRecord, type Report, type ReportIncident, topics } from '@winnow/contracts';
import { openReader } from '@winnow/sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshDirectory, startUp, type Up, until, winnow } from '../e2e/winnow.ts';
import { missingServer } from '../servers/index.ts';
import { captureCluster } from '../servers/stage/capture.ts';
import { type Stage, startStage } from '../servers/stage/stage.ts';
import { incidents, type StagedIncident } from './staged-live/scenarios.ts';

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

const causesOf = (staged: readonly StagedIncident[]) =>
  staged.map(({ cause }) => `${cause.kind}/${cause.name} ${cause.mode}`).sort();
const lasting = incidents.filter(({ mend }) => mend === undefined);

interface Seen {
  readonly watched: Report;
  readonly looked: Report;
  readonly captured: Report;
  /** By the pipeline that watches, after some were mended. */
  readonly mended: Report;
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

/** The pipeline's report as soon as it is so. */
async function reportWhen(up: Up, isSo: (report: Report) => boolean, what: string): Promise<Report> {
  let report = await reportOf(up);
  await until(
    async () => {
      report = await reportOf(up);
      return isSo(report);
    },
    () => `${what}; open are: ${causesIn(report).join('; ')}\n${up.stderr()}`,
    1_000,
  );
  return report;
}

const hypothesesIn = ({ incidents }: Report) =>
  incidents
    .map(({ id, status, hypotheses }) => ({ id, status, hypotheses }))
    .sort((one, other) => one.id.localeCompare(other.id));

/** How many asks of the pipeline have no result yet. */
function openAsksIn(data: string): number {
  const reader = openReader(data);
  try {
    const open = new Set<string>();
    for (const { value } of reader.read({ topic: topics.lookups.name, partition: 0, limit: 1_000_000 })) {
      const record = value as LookupRecord;
      if (record.type === 'ask') open.add(record.id);
      else open.delete(record.ask);
    }
    return open.size;
  } finally {
    reader.close();
  }
}

/** Until nothing is asked any more and nothing has changed for some seconds: a diagnosis that is under way at the end would be in the replay alone. */
async function untilExplained(up: Up, data: string): Promise<void> {
  let [last, since] = ['', performance.now()];
  await until(
    async () => {
      const now = JSON.stringify(hypothesesIn(await reportOf(up)));
      if (now !== last || openAsksIn(data) > 0) [last, since] = [now, performance.now()];
      return performance.now() - since > 5_000;
    },
    () => `a time in which no diagnosis changes; ${openAsksIn(data)} asks are open`,
    1_000,
  );
}

async function seeAll(stage: Stage): Promise<Seen> {
  const kubeconfig = await stage.userKubeconfig({ name: 'winnow', clusterRoleFile });
  const context = ['--context', 'staged', '--kubeconfig', kubeconfig];
  const data = freshDirectory();
  const up = await startUp(data, '--no-example', ...context);
  for (const incident of incidents) await stage.begin(incident);
  for (const incident of incidents) await stage.settled(incident);
  const isAllThere = (report: Report) => causesIn(report).join() === causesOf(incidents).join();
  const watched = await reportWhen(up, isAllThere, 'the causes that were staged are found');
  const looked = await reportBy('diagnose', ...context, '--json');
  const capture = freshDirectory();
  await captureCluster(stage, capture, 'staged');
  const captured = await reportBy('diagnose', capture, '--json');

  for (const incident of incidents) if (incident.mend) await stage.mend(incident);
  const isMended = (report: Report) => causesIn(report).join() === causesOf(lasting).join();
  await reportWhen(up, isMended, 'what was mended is resolved');
  await untilExplained(up, data);
  const recording = join(freshDirectory(), 'staged.jsonl');
  await up.end('SIGTERM');
  await winnow('record', '--data', data, '-o', recording);
  const mended = await reportBy('incidents', 'ls', '--all', '--data', data, '-o', 'json');
  const replay = async () => (await winnow('replay', recording, '--json')).stdout;
  return {
    ...{ watched, looked, captured, mended },
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
    expect(causesIn(seen.watched)).toEqual(causesOf(incidents));
  });

  test('when a person looks with diagnose, then the causes are the same', () => {
    expect(causesIn(seen.looked)).toEqual(causesOf(incidents));
    expect(seen.looked.clusters).toEqual(['staged']);
  });

  test('when the same state is captured, then the causes are the same', () => {
    expect(causesIn(seen.captured)).toEqual(causesOf(incidents));
  });

  test('when some are mended, then those are resolved and the others stay open', () => {
    const statuses = seen.mended.incidents.map(({ status }) => status).sort();
    const expected = incidents.map(({ mend }) => (mend ? 'resolved' : 'open')).sort();
    expect(statuses).toEqual(expected);
  });

  test('when what the pipeline was told is recorded, then it replays to the same bytes, and to what was found live', () => {
    const [first = '', second] = seen.replays;
    expect(second).toBe(first);
    expect(hypothesesIn(JSON.parse(first))).toEqual(hypothesesIn(seen.mended));
    expect(seen.recording).toContain('"source":"lookup"');
  });
});
