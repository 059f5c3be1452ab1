import { type Dossier, type Finding, topics } from '@winnow/contracts';
import { createMemoryLog, createMemoryStore, type Investigator, settle } from '@winnow/stream';
import { describe, expect, it } from 'vitest';
import { startRca } from './main.ts';

const at = '2026-03-08T15:21:12.035Z';
const dossier = (revision: number, namespace: string) =>
  ({
    ...{
      schema: 1,
      tenant: 'default',
      cluster: 'prod',
      at,
      edges: [],
      changes: [],
      events: [],
      logs: [],
      metrics: [],
      lookups: [],
    },
    objects: [{ kind: 'Pod', metadata: { name: 'cart-1', namespace } }],
    checks: { connectivity: [], nodeServices: [] },
    incident: { id: 'inc-1', revision, status: 'open', members: [], traceId: 'f'.repeat(32) },
  }) as unknown as Dossier;
const record = (value: Dossier) => ({ topic: topics.dossiers.name, partition: 0, key: 'inc-1', headers: {}, value });

function embedded(investigate: Investigator['investigate']) {
  const log = createMemoryLog();
  const store = createMemoryStore({ publishTo: log });
  const findings = () => log.records(topics.findings.name, 0).map((each) => each.value as Finding);
  const start = (investigator: Investigator = { investigate }) =>
    startRca({ log, store, partition: 0, investigator, now: (ask) => ask.at });
  return { log, findings, start };
}

const find: Investigator['investigate'] = async ({ incident, objects }) => ({
  ...{ schema: 1, tenant: '', cluster: '', at: '', incident: incident.id, revision: incident.revision },
  ...{ title: `found in ${objects[0]?.metadata.namespace}`, hypotheses: [] },
});

describe('the rca service', () => {
  it('reads each dossier where it stands in the log, and puts out its finding', async () => {
    const { log, findings, start } = embedded(find);
    const rca = await start();
    await log.append([record(dossier(1, 'shop'))]);
    await settle(log, [rca]);
    await log.append([record(dossier(2, 'web'))]);
    await settle(log, [rca]);
    await rca.close();
    expect(findings().map((each) => [each.revision, each.title])).toEqual([
      [1, 'found in shop'],
      [2, 'found in web'],
    ]);
  });

  it('investigates again what a crash cut off', async () => {
    const { log, findings, start } = embedded(find);
    const first = await start({ investigate: () => new Promise(() => undefined) });
    await log.append([record(dossier(1, 'shop'))]);
    await log.idle();
    await first.close();
    const second = await start();
    await settle(log, [second]);
    await second.close();
    expect(findings().map((each) => each.title)).toEqual(['found in shop']);
  });

  it('says so where the investigator fails', async () => {
    const { log, findings, start } = embedded(async () => {
      throw new Error('broken rule');
    });
    const rca = await start();
    await log.append([record(dossier(1, 'shop'))]);
    await settle(log, [rca]);
    await rca.close();
    expect(findings()).toMatchObject([
      { title: 'Not diagnosed: the investigation failed (broken rule)', hypotheses: [] },
    ]);
  });
});
