// What a real Alertmanager and Winnow answer to the same requests, field by field.
import { describe, expect, it } from 'vitest';
import { missingServer } from '../servers/index.ts';
import { alike, askBoth, type Pair, post, startPair } from './alertmanager/side-by-side.ts';

/** Both answers without what must differ: ids, fingerprints, times, the order of their alerts (by fingerprint). */
async function answersOf(pair: Pair, path: string, init?: RequestInit): Promise<readonly [unknown, unknown]> {
  const [alertmanager, winnow] = await askBoth(pair, path, init);
  const isOfAlerts = /\/alerts(?:\?|$)/.test(path);
  return [comparable(alertmanager, isOfAlerts), comparable(winnow, isOfAlerts)];
}

function comparable(answer: unknown, isOfAlerts: boolean): unknown {
  const plain = JSON.parse(alike(JSON.stringify(answer)), (name, value) => (name === 'mutedBy' ? undefined : value));
  if (isOfAlerts && Array.isArray(plain.body))
    plain.body.sort((a: unknown, b: unknown) => (textOf(a) < textOf(b) ? -1 : 1));
  return plain;
}
const textOf = (value: unknown) => JSON.stringify(sorted(value));
const sorted = (value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, each]) => [name, sorted(each)]),
      )
    : value;

const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
const inTwoHours = new Date(Date.now() + 7_200_000).toISOString();
const aMinuteAgo = new Date(Date.now() - 60_000).toISOString();
const alerts = [
  {
    labels: { alertname: 'Down', cluster: 'eu', pod: 'a', job: 'j', instance: '2' },
    annotations: { summary: 's' },
    startsAt: aMinuteAgo,
  },
  {
    labels: { alertname: 'Down', cluster: 'eu', pod: 'b', job: 'j', instance: '1' },
    generatorURL: 'http://prometheus/graph',
    endsAt: inAnHour,
  },
  { labels: { alertname: 'Down', cluster: 'us', pod: 'c', none: '' } },
  { labels: { alertname: 'Slow', service: 'web' }, startsAt: aMinuteAgo },
  {
    labels: { alertname: 'Over', service: 'web' },
    startsAt: aMinuteAgo,
    endsAt: aMinuteAgo.replace(/\d\d\dZ$/, '999Z'),
  },
];
const matcher = (name: string, value: string, more: object = {}) => ({ name, value, isRegex: false, ...more });
const silence = (over: object = {}) => ({
  matchers: [matcher('alertname', 'Slow')],
  startsAt: aMinuteAgo,
  endsAt: inAnHour,
  createdBy: 'ada',
  comment: 'because',
  ...over,
});

describe.skipIf(missingServer('alertmanager'))('GET of what was posted to both', () => {
  it('answers alike', async () => {
    const pair = await startPair();
    expect((await askBoth(pair, '/api/v2/alerts', post(alerts))).map(({ status }) => status)).toEqual([200, 200]);
    const put = await askBoth(pair, '/api/v2/silences', post(silence()));
    expect(put.map(({ status }) => status)).toEqual([200, 200]);
    await askBoth(
      pair,
      '/api/v2/silences',
      post(
        silence({
          matchers: [matcher('a', 'b.+', { isRegex: true, isEqual: false }), matcher('c', 'd')],
          endsAt: inTwoHours,
        }),
      ),
    );
    await askBoth(pair, '/api/v2/silences', post(silence({ startsAt: inAnHour, endsAt: '2099-01-01T00:00:00+02:00' })));

    const grouped = async () =>
      JSON.stringify((await askBoth(pair, '/api/v2/alerts/groups')).map(({ body }) => (body as unknown[]).length));
    await expect.poll(grouped, { timeout: 60_000 }).toBe('[3,3]');
    for (const path of [
      'alerts',
      'alerts?active=false',
      'alerts?silenced=false',
      'alerts?inhibited=false&unprocessed=false',
      'alerts?filter=alertname%3D%22Down%22&filter=pod!~%22b%7Cc%22',
      'alerts?filter=missing%3D',
      'alerts?receiver=winnow',
      'alerts?receiver=win',
      'alerts?receiver=(',
      'alerts?filter=x',
      'alerts?filter=a%3D%22b',
      'alerts?filter=a%3D~(',
      'alerts/groups',
      'alerts/groups?filter=alertname%3DDown',
      'alerts/groups?silenced=false',
      'alerts/groups?receiver=nobody',
      'receivers',
      'silences',
      'silences?filter=alertname%3DSlow',
      'silences?filter=alertname!%3DSlow',
      'silences?filter=alertname%3D~%22Sl.*%22',
      'silences?filter=a!~%22b.%2B%22&filter=c%3Dd',
      'silences?filter=nonsense',
      'silence/no-id',
      'silence/00000000-0000-4000-8000-000000000000',
    ]) {
      const [alertmanager, winnow] = await answersOf(pair, `/api/v2/${path}`);
      expect({ path, answer: winnow }).toEqual({ path, answer: alertmanager });
    }
  });

  it('has groups in the same order, with their alerts in the same order', async () => {
    const pair = await startPair();
    await askBoth(pair, '/api/v2/alerts', post(alerts));
    const namesOf = async () => {
      const answers = await askBoth(pair, '/api/v2/alerts/groups');
      type Group = { labels: object; alerts: { labels: { pod?: string } }[] };
      return answers.map(({ body }) =>
        (body as Group[]).map((group) => [group.labels, group.alerts.map(({ labels }) => labels.pod)]),
      );
    };
    await expect
      .poll(async () => (await namesOf()).map((groups) => groups.length), { timeout: 60_000 })
      .toEqual([3, 3]);
    const [alertmanager, winnow] = await namesOf();
    expect(winnow).toEqual(alertmanager);
  });

  it('has nothing where Grafana looks whether it is another implementation', async () => {
    const { alertmanager, winnow } = await startPair();
    for (const path of ['/alertmanager/api/v2/status', '/api/v1/status/buildinfo'])
      for (const { url } of [alertmanager, winnow]) expect((await fetch(`${url}${path}`)).status).toBe(404);
  });

  it('has the same fields in its status', async () => {
    const fields = (value: unknown): unknown =>
      value !== null && typeof value === 'object' && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, fields(each)]))
        : Array.isArray(value)
          ? 'list'
          : typeof value;
    const [alertmanager, winnow] = await askBoth(await startPair(), '/api/v2/status');
    expect(fields(winnow?.body)).toEqual(fields(alertmanager?.body));
  });
});

describe.skipIf(missingServer('alertmanager'))('silences that both refuse or change', () => {
  it('are answered alike', async () => {
    const pair = await startPair();
    const { createdBy: _, ...unsigned } = silence();
    for (const body of [
      {},
      unsigned,
      silence({ matchers: [] }),
      silence({ matchers: [{ name: 'a', value: 'b' }] }),
      silence({ endsAt: aMinuteAgo }),
      silence({ startsAt: '2020-01-01T00:00:00Z', endsAt: '2020-01-02T00:00:00Z' }),
      silence({ matchers: [matcher('a', '(', { isRegex: true })] }),
      silence({ matchers: [matcher('a', '.*', { isRegex: true })] }),
      silence({ matchers: [matcher('', 'x')] }),
      silence({ id: '00000000-0000-4000-8000-000000000000' }),
      silence({ comment: '' }),
    ]) {
      const [alertmanager, winnow] = await answersOf(pair, '/api/v2/silences', post(body));
      expect({ body, answer: winnow }).toEqual({ body, answer: alertmanager });
    }
    for (const [init, what] of [
      [post('x'), 'no JSON'],
      [post([]), 'a list'],
      [post(silence({ startsAt: 'yesterday' })), 'no time'],
      [{ ...post('x=y'), headers: { 'content-type': 'text/plain' } }, 'another media type'],
    ] as const) {
      const [alertmanager, winnow] = await askBoth(pair, '/api/v2/silences', init);
      expect([what, winnow?.status, winnow?.type]).toEqual([what, alertmanager?.status, alertmanager?.type]);
      expect(Object.keys(winnow?.body as object)).toEqual(['code', 'message']);
    }
  });

  it('keep their id where they are prolonged, and make way for a new one where they mute somebody else', async () => {
    const pair = await startPair();
    const idOf = async (body: object) =>
      (await askBoth(pair, '/api/v2/silences', post(body))).map(
        (answer) => (answer.body as { silenceID: string }).silenceID,
      );
    for (const at of [0, 1]) {
      const server = at === 0 ? pair.alertmanager : pair.winnow;
      const get = async (id: string) =>
        (await fetch(`${server.url}/api/v2/silence/${id}`)).json() as Promise<{
          id: string;
          startsAt: string;
          endsAt: string;
          status: { state: string };
        }>;
      const first = await get((await idOf(silence()))[at] ?? '');
      const put = async (body: object) =>
        ((await (await fetch(`${server.url}/api/v2/silences`, post(body))).json()) as { silenceID: string }).silenceID;
      const longer = await put({ ...first, endsAt: '2099-01-01T00:00:00.000Z' });
      expect([longer, (await get(longer)).endsAt]).toEqual([first.id, '2099-01-01T00:00:00.000Z']);
      const other = await put({ ...first, matchers: [matcher('alertname', 'Down')] });
      expect(other).not.toBe(first.id);
      expect([(await get(first.id)).status.state, (await get(other)).status.state]).toEqual(['expired', 'active']);
      const gone = await fetch(`${server.url}/api/v2/silence/${other}`, { method: 'DELETE' });
      expect([gone.status, (await get(other)).status.state]).toEqual([200, 'expired']);
    }
  });
});
