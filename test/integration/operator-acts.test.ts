// What people do with `winnow incidents`, on a Winnow that runs and on its data alone; and the same acts in a recording.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReportIncident } from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import { alertAbout, freePort, freshDirectory, postAlerts, startUp, type Up, until, winnow } from '../e2e/winnow.ts';

const incidentsOf = async (up: Up) =>
  ((await (await fetch(`${up.url}/api/v1/incidents`)).json()) as { incidents: readonly ReportIncident[] }).incidents;
const isSo = (up: Up, fits: (incident: ReportIncident) => boolean, what: string) =>
  until(
    async () => (await incidentsOf(up)).some(fits),
    () => what,
  );

describe('winnow incidents', () => {
  it('lists, shows, acknowledges, confirms and closes; what goes on does not open it again, more of it does', async () => {
    const data = freshDirectory();
    const up = await startUp(data, '--no-example');
    const incidents = (...args: readonly string[]) => winnow('incidents', ...args, '--data', data);
    await postAlerts(up.url, [alertAbout('cart', { severity: 'warning' })]);
    await isSo(up, ({ hypotheses }) => hypotheses.length > 0, 'explained');
    const [{ id } = { id: '' }] = await incidentsOf(up);

    expect((await incidents('ls')).stdout).toMatch(
      new RegExp(`^id .*age .*severity .*status .*title .*\\n${id} .* open +Deployment shop/cart`),
    );
    const shown = await incidents('show', id.slice(0, 8));
    expect(shown.stdout).toContain('Evidence');
    expect(JSON.parse((await incidents('show', id, '-o', 'json')).stdout)).toMatchObject({
      incident: { id },
      finding: { incident: id },
    });

    expect((await incidents('ack', id.slice(4, 9), '--as', 'jane')).stdout).toBe(`${id} acknowledged\n`);
    await isSo(up, ({ acknowledged }) => acknowledged?.by === 'jane', 'acknowledged');
    expect((await incidents('ls')).stdout).toContain('open, acknowledged');

    const root = ['--root', 'deploy/shop/cart', 'memory-leak'];
    expect((await incidents('confirm', id, ...root, '-m', 'the heap grows')).code).toBe(0);
    await isSo(
      up,
      ({ hypotheses: [first] }) => first?.mode === 'memory-leak' && first.verdict === 'confirmed',
      'confirmed',
    );
    expect((await incidents('show', id)).stdout).toContain('the heap grows');

    expect((await incidents('close', id)).code).toBe(0);
    await isSo(up, ({ status, closedBy }) => status === 'resolved' && closedBy === 'operator', 'closed');
    expect((await incidents('ls')).stdout).toBe('No incident that is not over.\n');
    for (const summary of ['once more', 'and again']) {
      const alert = alertAbout('cart', { severity: 'warning' });
      await postAlerts(up.url, [{ ...alert, annotations: { summary } }]);
    }
    await postAlerts(up.url, [alertAbout('mail', { namespace: 'other' })]);
    await isSo(up, ({ title }) => title.includes('other/mail'), 'what came later is decided on');
    expect((await incidentsOf(up)).find((each) => each.id === id)?.status).toBe('resolved');
    await postAlerts(up.url, [alertAbout('cart', { alertname: 'KubeContainerOOMKilled', severity: 'critical' })]);
    await isSo(up, (each) => each.id === id && each.status === 'open', 'open again under its id');
    await up.end('SIGTERM');

    const stored = await incidents('ls', '-o', 'json', '--all');
    expect(JSON.parse(stored.stdout).incidents.map((each: ReportIncident) => each.id)).toContain(id);
    expect((await incidents('show', id)).stdout).toContain('the heap grows');
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    const unanswered = await incidents('ack', id, '--server', nowhere);
    expect([unanswered.code, unanswered.stderr]).toEqual([
      2,
      expect.stringContaining(`no Winnow answers at ${nowhere}`),
    ]);
  });

  it('says what there is where an id is unknown, and how an entity is written', async () => {
    const up = await startUp(freshDirectory(), '--no-example');
    const incidents = (...args: readonly string[]) => winnow('incidents', ...args, '--server', up.url);
    expect((await incidents('show', 'inc-nothing')).stderr).toContain('there is none at all');
    await postAlerts(up.url, [alertAbout('cart')]);
    await isSo(up, () => true, 'an incident');
    const [{ id } = { id: '' }] = await incidentsOf(up);
    const unknown = await incidents('close', 'inc-nothing');
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining(id)]);
    const root = await incidents('confirm', id, '--root', 'deployment/cart', 'memory-leak');
    expect([root.code, root.stderr]).toEqual([2, expect.stringContaining('Deployment/NAMESPACE/NAME')]);
    const mode = await incidents('confirm', id, '--root', 'node/n1', 'bad-luck');
    expect([mode.code, mode.stderr]).toEqual([2, expect.stringContaining('mode: expected a failure mode')]);
    await up.end('SIGTERM');
  });
});

describe('operators’ lines of a recording', () => {
  it('do what they did live, and what cannot be read is named', async () => {
    const file = join(freshDirectory(), 'recording.jsonl');
    const at = (seconds: number) => new Date(Date.parse('2026-03-08T15:00:00.000Z') + seconds * 1000).toISOString();
    const line = (seconds: number, source: string, payload: unknown) =>
      JSON.stringify({ at: at(seconds), cluster: 'c1', source, payload });
    const alert = line(0, 'alertmanager.alerts', [{ ...alertAbout('cart'), startsAt: at(0) }]);
    const heartbeats = (from: number, to: number) =>
      Array.from({ length: (to - from) / 5 }, (_, n) =>
        line(from + n * 5, 'heartbeat', { source: 'alertmanager.alerts', instance: 'a' }),
      );
    const replay = async (...lines: readonly string[]) => {
      writeFileSync(file, `${lines.join('\n')}\n`);
      return JSON.parse((await winnow('replay', '--json', file)).stdout);
    };
    const before = await replay(alert, ...heartbeats(5, 30));
    const [{ id }] = before.incidents;
    const root = { kind: 'Deployment', namespace: 'shop', name: 'cart' };
    const report = await replay(
      alert,
      ...heartbeats(5, 30),
      line(30, 'operator', {
        act: 'confirm',
        incident: id,
        root,
        mode: 'memory-leak',
        actor: 'jane',
        comment: 'token=hunter2',
      }),
      line(31, 'operator', { act: 'close', incident: id }),
      line(32, 'operator', { act: 'confirm', incident: id, root, mode: 'bad-luck' }),
      ...heartbeats(35, 60),
    );
    expect(report.incidents).toMatchObject([{ id, status: 'resolved', closedBy: 'operator' }]);
    expect(report.incidents[0].hypotheses[0]).toMatchObject({ mode: 'memory-leak', verdict: 'confirmed' });
    expect(report.incidents[0].hypotheses[0].evidence[0].quote).toBe('token=[REDACTED]');
    expect(report.problems).toMatchObject([{ place: expect.stringMatching(/^line \d+ mode$/) }]);
  });
});
