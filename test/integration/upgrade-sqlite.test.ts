// A data directory that a former version wrote, taken on by today's code.
import { contextStage } from '@winnow/context';
import { groupingStage } from '@winnow/grouping';
import { rcaStage } from '@winnow/rca';
import { signalsStage } from '@winnow/signals';
import { openSqlite } from '@winnow/sqlite';
import { StateNewer } from '@winnow/stream';
import { describe, expect, test } from 'vitest';
import { arrivalsAfter, dataOf, goOn, incidentsIn, reading, versionsIn } from './upgrade-fixtures/upgraded.ts';

const formerVersions = ['7ae8b5d', 'ce9904d'];
const receivedIn = (data: string) =>
  reading(data, (reader) => reader.ledger().cells.reduce((sum, { count }) => sum + count, 0));

describe.each(formerVersions)('given a data directory of %s', (commit) => {
  test('when it is taken on, then its incidents are as they were', async () => {
    const data = dataOf(commit);
    const before = incidentsIn(data);
    expect([...before.values()].filter(({ status }) => status === 'open').length).toBeGreaterThan(0);
    await goOn(data, []);
    expect(incidentsIn(data)).toEqual(before);
  });

  test('when more arrives, then the same incidents go on, each item is counted once, and the older version keeps out', async () => {
    const data = dataOf(commit);
    const before = incidentsIn(data);
    const received = receivedIn(data);
    expect(versionsIn(data)).toMatchObject({ signals: 1, grouping: 1, context: 1, rca: 1 });
    const lines = arrivalsAfter(data);
    await goOn(data, lines);
    expect(versionsIn(data)).toMatchObject({
      signals: signalsStage().version,
      grouping: groupingStage().version,
      context: contextStage().version,
      rca: rcaStage().version,
    });
    expect(receivedIn(data)).toBe(received + lines.length);
    const after = incidentsIn(data);
    expect([...after.keys()]).toEqual([...before.keys()]);
    for (const [id, { revision }] of before) expect(after.get(id)?.revision).toBeGreaterThan(revision);

    const sqlite = openSqlite(data);
    await expect(sqlite.store.claim('signals', 0, 1)).rejects.toBeInstanceOf(StateNewer);
    await sqlite.close();
  });
});
