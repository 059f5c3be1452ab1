// The real amtool against Winnow: it does and prints what it does with a real Alertmanager.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshDirectory, ledgerOf, startUp } from '../e2e/winnow.ts';
import { amtool, missingServer } from '../servers/index.ts';
import { amtoolOnBoth, ask, startPair } from './alertmanager/side-by-side.ts';

describe.skipIf(missingServer('alertmanager'))('amtool', () => {
  it('prints of Winnow what it prints of Alertmanager', async () => {
    const both = amtoolOnBoth(await startPair());
    const silences = join(freshDirectory(), 'silences.json');
    const commands: string[][] = [
      ['alert', 'add', 'alertname=Down', 'pod=cart-1', 'severity=critical', '--annotation=summary=it is down'],
      ['alert', 'add', 'Slow', 'severity=warning', '--generator-url=http://prometheus/graph'],
      ['alert', 'query'],
      ['alert', 'query', '-o', 'extended', 'pod=~"cart.*"'],
      ['alert', 'query', 'alertname=~D.+', 'severity!=warning'],
      ['alert', 'query', 'severity!~"crit.*"'],
      ['alert', 'query', 'Down'],
      ['alert', 'query', 'pod=~"("'],
      ['silence', 'add', 'alertname=Down', '-c', 'because', '-a', 'ada', '-d', '1h'],
      [
        'silence',
        'add',
        'pod=~"web-.*"',
        'severity!=info',
        '-c',
        'later',
        '-a',
        'bob',
        '--start',
        '2099-01-01T00:00:00Z',
        '--end',
        '2099-01-02T00:00:00Z',
      ],
      ['silence', 'query'],
      ['silence', 'query', '-o', 'extended', 'alertname=Down'],
      ['silence', 'query', '--created-by', 'bob', '-q'],
      ['alert', 'query'],
      ['alert', 'query', '--silenced'],
      ['silence', 'update', '#1', '-d', '2h', '-c', 'longer'],
      ['silence', 'query', '#1'],
      ['silence', 'query', '-o', 'json', 'alertname=Down'],
      ['silence', 'expire', '#1'],
      ['alert', 'query'],
      ['silence', 'query'],
      ['silence', 'query', '--expired'],
      ['silence', 'add', '=x', '-c', 'x'],
      ['silence', 'add', 'a=~(', '-c', 'x'],
      ['silence', 'add', 'a=~.*', '-c', 'x'],
      ['silence', 'expire', '00000000-0000-4000-8000-000000000000'].slice(0, 2),
      ['silence', 'import', silences],
      ['silence', 'query'],
      ['config', 'routes', 'show'],
      ['cluster', 'show'],
    ];
    const matchers = [{ name: 'team', value: 'shop', isRegex: false, isEqual: true }];
    const imported = {
      matchers,
      startsAt: '2099-02-01T00:00:00Z',
      endsAt: '2099-02-02T00:00:00Z',
      createdBy: 'eve',
      comment: 'moved',
    };
    writeFileSync(silences, JSON.stringify([imported]));
    for (const command of commands) {
      const [alertmanager, winnow] = await both(...command);
      expect(`amtool ${command.join(' ')}\n${winnow}`).toBe(`amtool ${command.join(' ')}\n${alertmanager}`);
    }
  });

  it('shows a configuration that Alertmanager itself would take', async () => {
    const { winnow } = await startPair();
    const shown = await amtool(['config', 'show'], winnow);
    expect(shown.code).toBe(0);
    const { body } = await ask(winnow.url, '/api/v2/status');
    const file = join(freshDirectory(), 'alertmanager.yml');
    writeFileSync(file, (body as { config: { original: string } }).config.original);
    expect(await amtool(['check-config', file], winnow)).toMatchObject({ code: 0 });
  });

  it('silences an alert, which then keeps no incident open, and is counted as muted; a restart forgets nothing of it', async () => {
    const data = freshDirectory();
    const first = await startUp(data, '--no-example');
    const add = [
      'alert',
      'add',
      'alertname=KubePodCrashLooping',
      'namespace=shop',
      'deployment=cart',
      'severity=critical',
    ];
    await amtool(add, first);
    const statuses = async (url: string) => {
      const { body } = await ask(url, '/api/v1/incidents');
      return (body as { incidents: { status: string; closedBy?: string }[] }).incidents.map(
        ({ status, closedBy }) => `${status} ${closedBy ?? ''}`,
      );
    };
    await expect.poll(() => statuses(first.url), { timeout: 120_000 }).toEqual(['open ']);
    const silenced = await amtool(['silence', 'add', 'namespace=shop', '-c', 'known', '-a', 'ada', '-d', '1h'], first);
    expect(silenced).toMatchObject({ code: 0 });
    await expect.poll(() => statuses(first.url), { timeout: 120_000 }).toEqual(['resolved operator']);
    await first.end('SIGKILL');

    const second = await startUp(data, '--no-example');
    const query = () => amtool(['silence', 'query', '-q'], second).then(({ stdout }) => stdout);
    await expect.poll(query, { timeout: 120_000 }).toBe(silenced.stdout);
    await amtool(add, second);
    await expect
      .poll(() => ledgerOf(data, 'alertmanager.alerts'), { timeout: 120_000 })
      .toMatchObject({ received: 2, signals: 1, muted: 1 });
  });
});
