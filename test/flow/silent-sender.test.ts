// A Prometheus that falls silent for ten minutes, and silences, through the whole pipeline: from what arrived to the report.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReportSignal } from '@winnow/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import { diagnosePath } from '../../packages/cli/src/diagnose.ts';

const folder = mkdtempSync(join(tmpdir(), 'winnow-silent-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const START = Date.parse('2026-03-08T15:00:00.000Z');
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();
const line = (seconds: number, source: string, payload: unknown) => ({
  at: at(seconds),
  cluster: 'prod',
  source,
  payload,
});

const labels = { alertname: 'KubePodCrashLooping', namespace: 'shop', deployment: 'cart', severity: 'critical' };
/** As Prometheus posts: the end is four rounds ahead. */
const fires = (seconds: number) =>
  line(seconds, 'alertmanager.alerts', [{ labels, annotations: {}, startsAt: at(0), endsAt: at(seconds + 240) }]);
/** Somebody else who is heard all the while. */
const audit = (seconds: number) =>
  line(seconds, 'audit.event', {
    ...{
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: 'Metadata',
      auditID: `a-${seconds}`,
      stage: 'ResponseComplete',
    },
    ...{ verb: 'get', user: { username: 'bob' }, responseStatus: { code: 200 }, requestURI: '/api' },
    ...{ objectRef: { resource: 'pods', namespace: 'shop', name: 'x', apiVersion: 'v1' } },
  });

const rounds = <T>(from: number, to: number, each: (seconds: number) => T) =>
  Array.from({ length: Math.floor((to - from) / 60) + 1 }, (_, round) => each(from + round * 60));

async function incidentsOf(lines: readonly { at: string }[]) {
  const path = join(folder, 'recording.jsonl');
  const sorted = [...lines].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  writeFileSync(path, `${sorted.map((each) => JSON.stringify(each)).join('\n')}\n`);
  const { incidents } = await diagnosePath(path);
  return incidents.map(({ id, status, closedBy, signals }) => ({ id, status, closedBy, ...silencesOf(signals) }));
}

function silencesOf(signals: readonly ReportSignal[]) {
  const silencedBy = signals.flatMap((signal) => signal.silencedBy ?? []);
  return silencedBy.length > 0 ? { silencedBy } : {};
}

describe('a sender that is silent for ten minutes', () => {
  const before = rounds(0, 300, fires);
  const meanwhile = rounds(0, 1500, audit);
  const until = (seconds: number) => meanwhile.filter((each) => each.at <= at(seconds));

  it('leaves its incident stale, not mended, and finds it under the same id', async () => {
    const [open] = await incidentsOf([...before, ...until(300)]);
    expect(open).toMatchObject({ status: 'open' });
    expect(await incidentsOf([...before, ...until(900)])).toEqual([
      { id: open?.id, status: 'stale', closedBy: undefined },
    ]);
    const back = [...before, ...rounds(915, 1215, fires), ...until(1215)];
    expect(await incidentsOf(back)).toEqual([{ id: open?.id, status: 'open', closedBy: undefined }]);
  });

  it('is over where it says so, or where it is heard and sends it no more', async () => {
    const over = line(920, 'alertmanager.alerts', [{ labels, annotations: {}, startsAt: at(0), endsAt: at(919) }]);
    expect(await incidentsOf([...before, over, ...until(960)])).toMatchObject([
      { status: 'resolved', closedBy: 'recovered' },
    ]);
    const other = (seconds: number) =>
      line(seconds, 'alertmanager.alerts', [
        { labels: { alertname: 'Watchdog', severity: 'none' }, endsAt: at(seconds + 240) },
      ]);
    expect(await incidentsOf([...before, ...rounds(310, 900, other)])).toMatchObject([
      { status: 'resolved', closedBy: 'timeout' },
    ]);
  });

  it('is heard where the recording itself says that it is', async () => {
    const heard = (seconds: number) => line(seconds, 'heartbeat', { source: 'alertmanager.alerts' });
    const beats = Array.from({ length: 140 }, (_, beat) => heard(beat * 5));
    expect(await incidentsOf([...before, ...beats])).toMatchObject([{ status: 'resolved', closedBy: 'timeout' }]);
  });
});

describe('a silence', () => {
  const silence = (seconds: number, endsAt: number) =>
    line(seconds, 'operator', {
      act: 'silence',
      silence: {
        id: 'sil-1',
        matchers: [{ name: 'namespace', value: 'shop', isRegex: false }],
        startsAt: at(seconds),
        endsAt: at(endsAt),
        createdBy: 'ada',
        comment: 'known',
      },
    });

  it('mutes what comes, ends what is open, and lets it come back when it is over', async () => {
    expect(await incidentsOf([silence(0, 600), ...rounds(30, 330, fires)])).toEqual([]);
    const closed = await incidentsOf([...rounds(0, 120, fires), silence(130, 1200), ...rounds(180, 360, fires)]);
    expect(closed).toMatchObject([{ status: 'resolved', closedBy: 'operator', silencedBy: ['sil-1'] }]);
    const back = await incidentsOf([silence(0, 200), ...rounds(30, 330, fires)]);
    expect(back).toMatchObject([{ status: 'open' }]);
  });
});
