// Through the whole pipeline: a rollout of a bad image over a noisy fleet is one fleet incident; and tenants whose clusters have the same
// names have nothing of each other's.
import { fullView, viewOf } from '@winnow/api';
import { type AlertItem, type Envelope, type FleetIncident, type Incident, topics } from '@winnow/contracts';
import { deterministicInvestigator } from '@winnow/rca';
import { createMemoryLog, createMemoryStore } from '@winnow/stream';
import { describe, expect, it } from 'vitest';
import { badClusters, fleetSeconds } from '../../bench/fleet/world.ts';
import { startPipeline } from '../../packages/cli/src/pipeline.ts';

async function run(seconds: Iterable<{ readonly envelopes: readonly Envelope[] }>, fleet: boolean) {
  const log = createMemoryLog();
  const store = createMemoryStore({ publishTo: log });
  const crashed: unknown[] = [];
  const pipeline = await startPipeline({
    ...{ log, store, fleet, investigator: deterministicInvestigator(), now: (ask) => ask.at },
    onCrash: (_, error) => crashed.push(error),
  });
  for (const { envelopes } of seconds) {
    if (envelopes.length === 0) continue;
    await pipeline.append(envelopes);
    // In lockstep, as a replay: what look-ups see does not depend on how fast this machine is.
    await pipeline.settle();
  }
  await pipeline.close();
  expect(crashed).toEqual([]);
  const latest = <T>(topic: Parameters<typeof log.records>[0]) => [
    ...new Map(log.records(topic, 0).map(({ key, value }) => [key, value as T])).values(),
  ];
  return {
    log,
    incidents: latest<Incident>(topics.incidents.name),
    findings: latest<{ readonly incident: string }>(topics.findings.name),
    fleets: latest<FleetIncident>(topics.fleetIncidents.name),
  };
}

describe('a rollout of an image that does not exist, in a noisy fleet', () => {
  const world = { clusters: 30, bad: 8, before: 3, over: 2 };

  it('is one fleet incident of its clusters and of no others, and changes no incident', async () => {
    const { fleets, incidents, findings } = await run(fleetSeconds(world), true);
    const open = fleets.filter(({ status, mergedInto }) => status === 'open' && mergedInto === undefined);
    expect(open.map(({ causes }) => causes[0])).toEqual([
      { kind: 'image', key: 'registry.example.com/shop/cart:2.0.1' },
    ]);
    const members = open[0]?.members.map(({ cluster }) => cluster);
    expect([...new Set(members)].sort()).toEqual(badClusters(world));
    expect(incidents.length).toBeGreaterThan(world.bad);

    const without = await run(fleetSeconds(world), false);
    expect([without.fleets, without.incidents, without.findings]).toEqual([[], incidents, findings]);
  });
});

describe('two tenants with a cluster of the same name in the same partition', () => {
  const at = (second: number) => new Date(Date.parse('2026-03-08T12:00:00.000Z') + second * 1000).toISOString();
  const labels = { alertname: 'KubePodCrashLooping', namespace: 'shop', deployment: 'cart', severity: 'critical' };
  const alert: AlertItem = {
    type: 'alert',
    fingerprint: '00000000000000aa',
    status: 'firing',
    labels,
    annotations: {},
  };
  const told = (tenant: string, second: number, status: AlertItem['status']): Envelope => ({
    ...{
      schema: 1,
      tenant,
      cluster: 'prod',
      source: 'alertmanager.alerts',
      instance: 'intake',
      sender: 's',
      at: at(second),
    },
    items: [{ ...alert, status }],
  });

  it('have an incident each; what ends one leaves the other, and each is seen by its own alone', async () => {
    const envelopes = [told('acme', 0, 'firing'), told('other', 1, 'firing'), told('acme', 60, 'firing')];
    const ends = [told('other', 61, 'firing'), told('acme', 90, 'resolved'), told('other', 200, 'firing')];
    const beat = (tenant: string): Envelope => ({
      ...told(tenant, 260, 'firing'),
      ...{ source: 'heartbeat', items: [{ type: 'heartbeat', source: 'alertmanager.alerts', instance: 'intake' }] },
    });
    const { incidents } = await run([{ envelopes }, { envelopes: [...ends, beat('acme'), beat('other')] }], true);
    const standing = incidents.map(({ tenant, cluster, status }) => `${tenant}/${cluster} ${status}`);
    expect(standing.sort()).toEqual(['acme/prod resolved', 'other/prod open']);
    expect(new Set(incidents.map(({ id }) => id)).size).toBe(2);
    const seen = (view: ReturnType<typeof viewOf>) =>
      incidents
        .filter(view.sees)
        .map(({ tenant }) => tenant)
        .sort();
    expect(seen(viewOf({ name: 'a', tenant: 'acme' }, 'home'))).toEqual(['acme']);
    expect(seen(viewOf({ name: 'b', tenant: 'other', clusters: ['prod'] }, 'home'))).toEqual(['other']);
    expect(seen(viewOf({ name: 'c' }, 'home'))).toEqual([]);
    expect(seen(fullView('home'))).toEqual(['acme', 'other']);
  });
});
