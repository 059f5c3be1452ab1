// Receivers that fail, hang, and come back; and a Winnow that is killed in the middle. Each waits most of the time, so they run side by side.
import { expect, it } from 'vitest';
import { alertAbout, freshDirectory, postAlerts, startUp, type Up, until } from '../e2e/winnow.ts';
import { type FakeReceiver, startReceiver } from './notify-fixtures/fake-receiver.ts';

const incidentsOf = (receiver: FakeReceiver, status = 'firing') =>
  new Set(receiver.taken().flatMap(({ body }) => (body.status === status ? [body.commonLabels.name] : [])));

const comesTo = (receiver: FakeReceiver, names: readonly string[], status = 'firing') =>
  until(
    async () => names.every((name) => incidentsOf(receiver, status).has(name)),
    () =>
      `${names} told ${status}: ${JSON.stringify(receiver.received.map(({ body, answer }) => [body.status, body.commonLabels.name, answer]))}`,
  );

const fire = (up: Up, ...workloads: readonly string[]) =>
  postAlerts(
    up.url,
    workloads.map((each) => alertAbout(each, { namespace: each })),
  );

it.concurrent('given a receiver that hangs and one that is away, then another is told all the same, and they are when they are back', async () => {
  await using well = await startReceiver();
  await using slow = await startReceiver(() => 'hangs');
  const gone = await startReceiver();
  await gone.stop();
  const up = await startUp(
    freshDirectory(),
    '--no-example',
    ...[well, slow, gone].flatMap(({ url }) => ['--notify', `${url}/hook`]),
  );
  await fire(up, 'cart', 'search');
  await comesTo(well, ['cart', 'search']);
  slow.answers((_, count) => (count < 5 ? 'hangs-up' : 200));
  await comesTo(slow, ['cart', 'search']);
  const sources = (await (await fetch(`${up.url}/api/v1/sources`)).json()) as readonly {
    source: string;
    instance: string;
    state: string;
    details: string[];
  }[];
  const of = ({ url }: FakeReceiver) =>
    sources.find(({ source, instance }) => source === 'notify' && instance.startsWith(new URL(url).host));
  expect(of(well)).toMatchObject({ state: 'connected' });
  expect(of(gone)).toMatchObject({
    state: 'refused',
    details: [expect.stringContaining('ECONNREFUSED'), '2 notifications to be sent'],
  });
  const metrics = await (await fetch(`${up.url}/metrics`)).text();
  expect(metrics).toMatch(/winnow_notifications_total\{receiver="[^"]+",outcome="delivered"\} 2/);
  await up.end('SIGTERM');
});

it.concurrent('given it refuses for good, then that is counted, and its next news is tried anew', async () => {
  await using receiver = await startReceiver((body) => (body.commonLabels.severity === 'critical' ? 200 : 400));
  const up = await startUp(freshDirectory(), '--no-example', '--notify', receiver.url);
  await postAlerts(up.url, [alertAbout('cart', { severity: 'warning' })]);
  await until(
    async () => receiver.received.length === 1,
    () => 'refused once',
  );
  await until(
    async () => (await (await fetch(`${up.url}/metrics`)).text()).includes('outcome="failed"} 1'),
    () => 'counted',
  );
  await postAlerts(up.url, [alertAbout('cart', { severity: 'critical' })]);
  await comesTo(receiver, ['cart']);
  expect(receiver.received.length).toBe(2);
  await up.end('SIGTERM');
});

it.concurrent('given Winnow is killed while a post is under way and another waits, then both are told after a restart, and what was taken is not told again', async () => {
  const data = freshDirectory();
  await using receiver = await startReceiver(({ commonLabels: { name } }) => (name === 'told' ? 200 : 'hangs'));
  const started = () => startUp(data, '--no-example', '--notify', `${receiver.url}/T0KEN`);
  const up = await started();
  await fire(up, 'told');
  await comesTo(receiver, ['told']);
  await until(
    async () => (await (await fetch(`${up.url}/metrics`)).text()).includes('outcome="delivered"} 1'),
    () => 'the receipt is durable',
  );
  await fire(up, 'cart', 'search');
  await until(
    async () => receiver.received.some(({ answer }) => answer === 'hangs'),
    () => 'a post is under way',
  );
  const { stderr, stdout } = await up.end('SIGKILL');
  receiver.answers(() => 200);
  const again = await started();
  await comesTo(receiver, ['cart', 'search']);
  expect(receiver.taken().filter(({ body }) => body.commonLabels.name === 'told').length).toBe(1);
  const { stderr: later } = await again.end('SIGTERM');
  expect(`${stderr}${stdout}${later}`).not.toContain('T0KEN');
});

it.concurrent('given it was started without receivers first, then what is open is not told, what opens is', async () => {
  const data = freshDirectory();
  const quiet = await startUp(data, '--no-example');
  expect(quiet.stderr()).toContain('nobody until --notify');
  await fire(quiet, 'before');
  await until(
    async () =>
      ((await (await fetch(`${quiet.url}/api/v1/incidents`)).json()) as { incidents: unknown[] }).incidents.length ===
      1,
    () => 'an incident',
  );
  await quiet.end('SIGTERM');
  await using receiver = await startReceiver();
  const up = await startUp(data, '--no-example', '--notify', receiver.url);
  await fire(up, 'after');
  await comesTo(receiver, ['after']);
  expect(incidentsOf(receiver)).toEqual(new Set(['after']));
  await up.end('SIGTERM');
});
