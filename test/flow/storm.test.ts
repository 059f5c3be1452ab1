// Storms through the whole pipeline: whatever many alerts come in a second, what is looked into is what is wrong, and only so much at once.
import type { Ask, Envelope, Incident, Item, LookupRecord } from '@winnow/contracts';
import { deterministicInvestigator } from '@winnow/rca';
import { createMemoryLog, createMemoryStore, type LogRecord } from '@winnow/stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startPipeline } from '../../packages/cli/src/pipeline.ts';
import { alert, at, batches, envelope, interleave, stormyCluster } from './storm/world.ts';

/** As Prometheus sends: 64 at a time, the end four rounds ahead. */
const BATCH = 64;

async function startStorm() {
  const log = createMemoryLog();
  const crashes: unknown[] = [];
  const investigator = deterministicInvestigator({ threads: 0 });
  const pipeline = await startPipeline({
    ...{ log, store: createMemoryStore(), investigator },
    now: (ask) => ask.at,
    onCrash: (part, error) => crashes.push(part, error),
  });
  onTestFinished(async () => {
    await pipeline.close();
    await investigator.close();
  });

  async function send(...envelopes: readonly Envelope[]): Promise<void> {
    await pipeline.append(envelopes);
    await pipeline.settle();
  }

  /** All within one second. */
  function post(seconds: number, alerts: readonly ReturnType<typeof alert>[]): Promise<void> {
    const endsAt = at(seconds + 240);
    const arrivals = batches(alerts, BATCH).map((part, index) =>
      envelope(
        seconds + index / 1000,
        'alertmanager.alerts',
        part.map((each) => ({ ...each, endsAt })),
        { sender: 'prom' },
      ),
    );
    return send(...arrivals);
  }

  const beats: Item[] = ['alertmanager.alerts', 'kubernetes.object'].map((source) => ({
    ...{ type: 'heartbeat', source, instance: 'intake' },
  }));
  const beat = (seconds: number) => send(envelope(seconds, 'heartbeat', beats));
  const lookups = () => log.records('winnow.lookups', 0) as LogRecord<LookupRecord>[];
  const investigations = () =>
    lookups().flatMap(({ value }) => (value.type === 'ask' && value.kind === 'diagnosis' ? [value] : []));

  function incidents(): readonly Incident[] {
    const latest = new Map<string, Incident>();
    for (const { value } of log.records('winnow.incidents', 0) as LogRecord<Incident>[]) latest.set(value.id, value);
    return [...latest.values()].filter(({ mergedInto }) => mergedInto === undefined);
  }

  const received = () => pipeline.ledger().reduce((sum, { count }) => sum + count, 0);
  return { send, post, beat, lookups, investigations, incidents, received, crashes };
}

describe('ten thousand alerts in a second', () => {
  it('of three faults lead to three incidents and one investigation of each, for as long as they are sent again', async () => {
    const { send, post, beat, investigations, incidents, received, crashes } = await startStorm();
    const { objects, calls, faults } = stormyCluster();
    const items = objects.map((object): Item => ({ type: 'object', change: 'ADDED', object }));
    await send(...batches(items, 200).map((part) => envelope(0, 'kubernetes.object', part)));
    await send(envelope(1, 'dependency', calls));
    const alerts = interleave(faults);
    expect(alerts.length).toBeGreaterThan(10_000);
    for (let seconds = 60; seconds < 360; seconds += 5) {
      if (seconds % 60 === 0) await post(seconds, alerts);
      await beat(seconds + 2);
    }
    expect(incidents().map(({ status, severity }) => [status, severity])).toEqual(Array(3).fill(['open', 'critical']));
    const asked = investigations().map(({ incident }) => incident);
    expect(asked.length).toBe(3);
    expect(new Set(asked)).toEqual(new Set(incidents().map(({ id }) => id)));
    expect(received()).toBe(items.length + 5 * alerts.length);
    expect(crashes).toEqual([]);
  });

  it('whose victims keep coming are looked into ever more seldom, and once more when the last has come', async () => {
    const { post, beat, send, investigations, incidents } = await startStorm();
    const { objects, faults } = stormyCluster();
    await send(
      envelope(
        0,
        'kubernetes.object',
        objects.map((object): Item => ({ type: 'object', change: 'ADDED', object })),
      ),
    );
    const [first, second, ...victims] = faults[0]!;
    const names = [...new Set(victims.map(({ labels }) => labels.container))];
    const known = [first!, second!];
    // One more workload is harmed every twelve seconds, for as many as there are; then a while without.
    for (let seconds = 60, round = 0; seconds < 60 + names.length * 12 + 300; seconds += 12, round++) {
      known.push(...victims.filter(({ labels }) => labels.container === names[round]).slice(0, 2));
      await post(seconds, known);
      await beat(seconds + 4);
      await beat(seconds + 9);
    }
    expect(incidents().map(({ members }) => members.length)).toEqual([names.length + 1]);
    expect(names.length).toBeGreaterThan(50);
    expect(investigations().length).toBeLessThan(10);
    expect(investigations().at(-1)!.at > at(60 + names.length * 12)).toBe(true);
  });
});

/** How many incidents had look-ups open at the same time, at most: diagnoses are asked for when these are answered. */
function mostAtOnce(records: readonly LookupRecord[]): number {
  const open = new Map<string, string>();
  let most = 0;
  for (const record of records) {
    if (record.kind === 'diagnosis') continue;
    if (record.type === 'ask') open.set(record.id, record.incident);
    else open.delete(record.ask);
    most = Math.max(most, new Set(open.values()).size);
  }
  return most;
}

describe('many alerts that have nothing to do with each other', () => {
  it('are looked into a few at a time, the gravest first, until all have been', async () => {
    const { post, beat, lookups, investigations, incidents } = await startStorm();
    const severities = ['info', 'warning', 'critical'];
    const alerts = Array.from({ length: 600 }, (_, index) =>
      alert({
        ...{ alertname: 'KubePodCrashLooping', severity: severities[index % 3]! },
        ...{ namespace: `team-${index}`, deployment: `app-${index}` },
      }),
    );
    await post(60, alerts);
    for (let seconds = 62; seconds < 90; seconds += 4) await beat(seconds);
    expect(mostAtOnce(lookups().map(({ value }) => value))).toBeLessThanOrEqual(32);
    const asked = investigations();
    expect(asked.length).toBe(incidents().length);
    const priorities = asked.map(({ priority }: Ask) => priority ?? 0);
    const critical = incidents().filter(({ severity }) => severity === 'critical').length;
    expect(critical).toBe(200);
    // Those that had room at once, before the gravest of the storm were known, come in between.
    expect(priorities.slice(0, 232).filter((each) => each === 0).length).toBe(200);
  });
});
