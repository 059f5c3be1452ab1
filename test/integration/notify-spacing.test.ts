// At most one notification of an incident in 30 s, by record time: a run whose time is that of its arrivals.
import { type Ask, type Envelope, hash64, type LookupRecord, topics } from '@winnow/contracts';
import { namedReceiver } from '@winnow/notify';
import { deterministicInvestigator } from '@winnow/rca';
import { createMemoryLog, createMemoryStore } from '@winnow/stream';
import { expect, it } from 'vitest';
import { startPipeline } from '../../packages/cli/src/pipeline.ts';
import { startReceiver } from './notify-fixtures/fake-receiver.ts';

/** After any wall clock: what opened before the receiver was set would not be told. */
const start = Date.parse('2036-01-01T12:00:00.000Z');
const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();

function arrival(seconds: number, deployment: string | undefined): Envelope {
  const head = { schema: 1 as const, tenant: 'default', cluster: 'c1', instance: 'test', at: at(seconds) };
  if (deployment === undefined) {
    const items = [{ type: 'heartbeat' as const, source: 'alertmanager.alerts', instance: 'test' }];
    return { ...head, source: 'heartbeat', items };
  }
  const labels = { alertname: 'KubePodCrashLooping', severity: 'critical', namespace: 'shop', deployment };
  const alert = {
    type: 'alert' as const,
    fingerprint: hash64(deployment),
    status: 'firing' as const,
    labels,
    annotations: {},
  };
  return { ...head, source: 'alertmanager.alerts', items: [alert] };
}

it('given an incident that takes a workload every 3 s, then it is told every 30 s at most, each time as it is then', async () => {
  await using receiver = await startReceiver((_, count) => (count === 2 ? 503 : 200));
  const log = createMemoryLog();
  const pipeline = await startPipeline({
    log,
    store: createMemoryStore({ publishTo: log }),
    investigator: deterministicInvestigator(),
    notify: { receivers: [namedReceiver(receiver.url, 'test')], externalUrl: 'http://winnow' },
    now: (ask) => ask.at,
    onCrash: (part, error) => {
      throw new Error(`${part} has crashed`, { cause: error });
    },
  });
  for (let s = 0; s < 240; s++) {
    await pipeline.append([arrival(s, s % 3 === 0 ? `app-${s / 3}` : undefined)]);
    await pipeline.settle();
  }
  await pipeline.close();

  const asks = log
    .records(topics.lookups.name, 0)
    .map(({ value }) => value as LookupRecord)
    .filter((value): value is Ask => value.type === 'ask' && value.kind === 'notification');
  const byIncident = Map.groupBy(asks, ({ incident }) => incident);
  expect(asks.length).toBe(receiver.received.length);
  expect(asks.length).toBeGreaterThanOrEqual(5);
  for (const [incident, own] of byIncident) {
    const answered = receiver.received.filter(({ body }) => body.alerts[0]?.labels.incident === incident);
    const taken = own.filter((_, n) => answered[n]?.answer === 200).map((ask) => Date.parse(ask.at));
    const gaps = taken.slice(1).map((time, n) => time - (taken[n] ?? 0));
    expect(gaps.every((gap) => gap >= 30_000)).toBe(true);
  }
});
