import { type AlertItem, type Envelope, partitionOf, topics } from '@winnow/contracts';
import { createMemoryLog, LogUnavailable } from '@winnow/stream';
import { describe, expect, it } from 'vitest';
import { createAlertIndex } from './core/alert-index.ts';
import { createSilenceIndex } from './core/silence-index.ts';
import { fullView } from './core/view.ts';
import { createFindFiring } from './firing-alerts.ts';
import { createFoldProgress } from './fold-progress.ts';
import { positionReader } from './incident-source.ts';
import { createOperatorLog } from './operator-log.ts';
import { createSilenceWriter } from './silence-writer.ts';
import { silence } from './testing/records.ts';

const START = Date.parse('2026-03-08T16:00:00.000Z');
const PARTITIONS = 3;
const view = fullView('default');
const { id: _, ...posted } = silence();

function start() {
  const log = createMemoryLog();
  const [index, alerts, progress] = [createSilenceIndex(), createAlertIndex(), createFoldProgress()];
  const clock = { now: START, full: false };
  const now = () => clock.now;
  for (let partition = 0; partition < PARTITIONS; partition++)
    log.subscribe({ topic: topics.observations.name, partition, from: 0 }, async (batch) => {
      for (const record of batch) for (const fold of [index.apply, alerts.apply]) fold(record);
      progress.reached(partition, batch.at(-1)?.offset ?? 0);
    });
  const failing = {
    ...log,
    append: async (records: Parameters<typeof log.append>[0]) => {
      if (clock.full) throw new LogUnavailable('the disk is full');
      return log.append(records);
    },
  };
  const operators = createOperatorLog({
    log: failing,
    partitions: PARTITIONS,
    tenant: 'default',
    now,
    folded: progress.until,
  });
  const findFiring = createFindFiring({ alerts, readRecord: positionReader(log), now });
  const writer = createSilenceWriter({ index, operators, findFiring, now });
  const written = (partition = 0) =>
    log.records(topics.observations.name, partition).flatMap(({ value }) => (value as Envelope).items);
  return { log, index, writer, clock, written };
}

describe('silences that are written', () => {
  it('stand in every partition, and are seen when they are answered', async () => {
    const { writer, index, written } = start();
    const id = await writer.put(posted, view);
    expect(index.get(String(id))).toMatchObject({ comment: 'on it', tenant: 'default' });
    for (let partition = 0; partition < PARTITIONS; partition++)
      expect(written(partition)).toMatchObject([{ type: 'operator', act: 'silence', actor: 'ada', silence: { id } }]);
  });

  it('are changed one at a time: of two changes at once the second finds what the first has left', async () => {
    const { writer, index } = start();
    const id = String(await writer.put(posted, view));
    const mutes = (value: string) => [{ name: 'alertname', value, isRegex: false, isEqual: true }];
    const startsAt = index.get(id)?.startsAt ?? '';
    const [other, same] = await Promise.all([
      writer.put({ ...posted, id, startsAt, matchers: mutes('Y') }, view),
      writer.put({ ...posted, id, startsAt }, view),
    ]);
    expect(new Set([id, other, same]).size).toBe(3);
    expect(
      index
        .list(START)
        .filter(({ endsAt }) => Date.parse(endsAt) > START)
        .map(({ id: each }) => each)
        .sort(),
    ).toEqual([other, same].sort());
  });

  it('end once; one that nobody knows is none', async () => {
    const { writer, index, written } = start();
    const id = String(await writer.put(posted, view));
    expect([await writer.expire(id, view), await writer.expire(id, view)]).toEqual([undefined, undefined]);
    expect([index.get(id)?.endsAt, written().length]).toEqual(['2026-03-08T16:00:00.000Z', 2]);
    expect(await writer.expire('sil-9', view)).toMatchObject({ status: 404 });
  });

  it('are written anew while they live, unchanged, and no longer once they are over', async () => {
    const { writer, index, clock, written } = start();
    const id = String(await writer.put({ ...posted, endsAt: '2026-03-09T16:00:00.000Z' }, view));
    const before = index.get(id);
    await writer.renew();
    expect(written()).toHaveLength(1);
    clock.now += 2 * 3_600_000;
    await writer.renew();
    expect(written()).toHaveLength(2);
    expect({ ...index.get(id), recordedAt: 0 }).toEqual({ ...before, recordedAt: 0 });
    await writer.renew();
    expect(written()).toHaveLength(2);
    clock.now += 24 * 3_600_000;
    await writer.renew();
    expect(written()).toHaveLength(2);
  });

  it('are not there where the log cannot be written, and the next one is', async () => {
    const { writer, index, clock } = start();
    clock.full = true;
    await expect(writer.put(posted, view)).rejects.toThrow('the disk is full');
    expect(index.list(START)).toEqual([]);
    clock.full = false;
    expect(await writer.put(posted, view)).toBeTypeOf('string');
  });

  it('name the alerts that they match, if they are active', async () => {
    const { log, writer, written } = start();
    const items = ['X', 'Y'].map(
      (alertname, at): AlertItem => ({
        ...{ type: 'alert', fingerprint: `${at}`.repeat(16), status: 'firing', annotations: {} },
        labels: { alertname },
      }),
    );
    const head = {
      schema: 1 as const,
      tenant: 'default',
      cluster: 'prod',
      source: 'alertmanager.webhook' as const,
      instance: 'i',
    };
    const value: Envelope = { ...head, at: '2026-03-08T15:59:00.000Z', items };
    const partition = partitionOf('default', 'prod', PARTITIONS);
    await log.append([{ topic: topics.observations.name, partition, key: 'prod', headers: {}, value }]);
    await log.idle();
    await writer.put(posted, view);
    await writer.put({ ...posted, startsAt: '2026-03-08T16:30:00.000Z' }, view);
    const [active, pending] = written(partition).filter((item) => item.type === 'operator');
    expect(active).toMatchObject({ mutes: [{ cluster: 'prod', fingerprint: '0'.repeat(16) }] });
    expect(pending).not.toHaveProperty('mutes');
  });
});
