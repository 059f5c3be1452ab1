// `winnow record`: what it writes replays to the same bytes, and to what the run that was recorded had found.
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import type { Report, ReportIncident } from '@winnow/contracts';
import { describe, expect, test } from 'vitest';
import { alertAbout, freshDirectory, postAlerts, start, startUp, type Up, until, winnow } from './winnow.ts';

const SECRET = 'hunter2-hunter2-hunter2';

async function reportOf({ url }: Up): Promise<Report> {
  return (await fetch(`${url}/api/v1/incidents`)).json() as Promise<Report>;
}

/** Without the numbers of lines, which only a recording has. */
const withoutLines = (incidents: readonly ReportIncident[]) => incidents.map(({ lines: _, ...incident }) => incident);

async function replayed(recording: string): Promise<{ readonly text: string; readonly report: Report }> {
  const { code, stdout, stderr } = await winnow('replay', recording, '--json');
  expect(code, stderr).toBe(0);
  return { text: stdout, report: JSON.parse(stdout) as Report };
}

/** Records while nothing changes. @returns what was found live at that time. */
async function recordStill(up: Up, data: string, recording: string): Promise<Report> {
  const before = await reportOf(up);
  expect((await winnow('record', '--data', data, '-o', recording)).code).toBe(0);
  const after = await reportOf(up);
  const isStill = JSON.stringify(after.incidents) === JSON.stringify(before.incidents);
  return isStill ? after : recordStill(up, data, recording);
}

/** Alerts of two clusters, with a secret among the words of one. */
async function startIncidents(data: string): Promise<Up> {
  const up = await startUp(data, '--no-example');
  const told = alertAbout('cart');
  const leaking = { ...told, annotations: { summary: `cart restarts, DB_PASSWORD=${SECRET}` } };
  await postAlerts(up.url, [leaking, alertAbout('pay', { cluster: 'other' })]);
  await postAlerts(up.url, [leaking, { ...alertAbout('web'), endsAt: new Date(Date.now() - 1_000).toISOString() }]);
  await until(
    async () => (await reportOf(up)).incidents.filter(({ hypotheses }) => hypotheses.length > 0).length === 2,
    () => 'two incidents that are explained',
    500,
  );
  return up;
}

describe('given a recording that somebody else has written', () => {
  test('when its replay is recorded, then that one replays to the same incidents', async () => {
    const data = freshDirectory();
    const recording = join(freshDirectory(), 'r.jsonl.gz');
    const first = await winnow('replay', 'examples/outage.jsonl.gz', '--data', data, '--json');
    expect((await winnow('record', '--data', data, '-o', recording)).code).toBe(0);
    const again = await winnow('replay', recording, '--json');
    const [of, then] = [first, again].map(({ stdout }) => JSON.parse(stdout) as Report);
    expect(of?.incidents.length).toBeGreaterThan(5);
    expect(withoutLines(then?.incidents ?? [])).toEqual(withoutLines(of?.incidents ?? []));
    expect(then?.ledger).toEqual(of?.ledger);
  });
});

describe('given a Winnow that runs', () => {
  test('when all is recorded, then it replays to the same bytes each time, and to what was found live', async () => {
    const data = freshDirectory();
    const recording = join(freshDirectory(), 'r.jsonl.gz');
    const up = await startIncidents(data);
    const live = await recordStill(up, data, recording);
    const [first, second] = [await replayed(recording), await replayed(recording)];
    expect(second.text).toBe(first.text);
    expect(withoutLines(first.report.incidents)).toEqual(live.incidents);
    expect(first.report.ledger).toEqual(live.ledger);
    expect(first.report.problems).toEqual([]);
    expect(first.report.incidents.every(({ lines }) => (lines?.length ?? 0) > 0)).toBe(true);

    await up.end('SIGTERM');
    const stopped = await winnow('record', '--data', data);
    expect(stopped.stdout).not.toContain(SECRET);
    expect(stopped.stdout).toContain('"source":"lookup"');
    expect(stopped.stdout).toContain('[REDACTED]');
  });

  test('when one incident is recorded, then its cluster alone is in it, and it is found again by its id', async () => {
    const data = freshDirectory();
    const up = await startIncidents(data);
    const { incidents } = await reportOf(up);
    const asked = incidents.find(({ cluster }) => cluster === 'other');
    const file = join(freshDirectory(), 'incident.jsonl');
    const state = join(freshDirectory(), 'state');
    const made = await winnow('record', '--data', data, '--incident', asked?.id ?? '', '-o', file, '--capture', state);
    expect(made.stderr).toContain('recorded in');
    expect(readFileSync(file, 'utf8')).not.toContain('"cluster":"default"');
    const { report } = await replayed(file);
    expect(withoutLines(report.incidents)).toEqual([asked]);
    expect(JSON.parse(readFileSync(join(state, 'alerts.json'), 'utf8'))).toMatchObject([
      { labels: { deployment: 'pay' }, status: { state: 'active' } },
    ]);
    const diagnosed = await winnow('diagnose', state, '--json');
    expect((JSON.parse(diagnosed.stdout) as Report).incidents[0]).toMatchObject({
      cluster: 'other',
      signals: [{ entity: { kind: 'Deployment', namespace: 'shop', name: 'pay' } }],
    });
    const unknown = await winnow('record', '--data', data, '--incident', 'inc-0000000000000000');
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toContain('there is no incident inc-0000000000000000');
    const again = await winnow('record', '--data', data, '-o', file, '--capture', state);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('a new or empty directory');
  });

  test('when it is recorded until Ctrl-C, then what came meanwhile is in it, and the file can be read', async () => {
    const data = freshDirectory();
    const recording = join(freshDirectory(), 'r.jsonl.gz');
    const up = await startUp(data, '--no-example');
    const recorder = start('record', '--data', data, '-o', recording, '--follow');
    await until(
      async () => existsSync(recording),
      () => 'the recording has begun',
    );
    await postAlerts(up.url, [alertAbout('late')]);
    await until(
      async () => told(recording).includes('"deployment":"late"'),
      () => `the alert is recorded: ${told(recording)}`,
    );
    recorder.kill('SIGINT');
    await once(recorder, 'exit');
    expect(recorder.exitCode).toBe(0);
    expect((await replayed(recording)).report.incidents).toHaveLength(1);
  });
});

/** What can be read of a file that is still written. */
function told(file: string): string {
  return gunzipSync(readFileSync(file), { finishFlush: constants.Z_SYNC_FLUSH }).toString();
}
