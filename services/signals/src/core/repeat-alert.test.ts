import { hash64 } from '@winnow/contracts';
import { openTables } from '@winnow/stream';
import { expect, it } from 'vitest';
import { signalsStage } from '../core.ts';
import { at } from '../testing/given.ts';

const ALERTS = 20_000;
const OWNERS = 100;
const BATCH = 500;

it('given many alerts that share signals, when all fire and are repeated, then nothing is written for the alerts themselves', () => {
  const stage = signalsStage();
  const set = openTables(stage.tables);
  const state = stage.open(set.tables);
  let offset = 0;

  /** Bytes of changes that all alerts leave, told once each. */
  function sendAll(seconds: number): number {
    let written = 0;
    for (let first = 0; first < ALERTS; first += BATCH) {
      stage.decide(state, recordOf(offset++, seconds, first));
      if (offset % 20 === 0) written += set.takeDelta().byteLength;
    }
    return written + set.takeDelta().byteLength;
  }

  sendAll(0);
  expect(state.fingerprints.size).toBe(ALERTS);
  expect(state.slots.size).toBe(OWNERS);
  const written = sendAll(10);
  // Rows of signals alone: each is written at most once in a commit.
  expect(written / ALERTS).toBeLessThan(40);
}, 120_000);

function recordOf(offset: number, seconds: number, first: number) {
  const items = Array.from({ length: BATCH }, (_, each) => alertOf(first + each));
  const head = { schema: 1, tenant: 'default', cluster: 'prod', source: 'alertmanager.alerts', instance: 'one' };
  const value = { ...head, at: at(seconds), items };
  return { topic: 'winnow.observations', partition: 0, offset, key: 'prod', headers: {}, value } as const;
}

function alertOf(number: number) {
  const labels = {
    alertname: 'HighErrorRate',
    namespace: 'shop',
    deployment: `api-${number % OWNERS}`,
    pod: `p-${number}`,
  };
  const annotations = { description: `Pod p-${number} answers with errors.` };
  return { type: 'alert', status: 'firing', fingerprint: hash64(`${number}`), labels, annotations, endsAt: at(3600) };
}
