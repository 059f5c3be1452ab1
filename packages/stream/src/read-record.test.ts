import { topics } from '@winnow/contracts';
import { expect, test } from 'vitest';
import { createMemoryLog } from './memory/memory-log.ts';
import { readRecord } from './read-record.ts';

const topic = topics.dossiers.name;
const given = (key: string) => ({ topic, partition: 0, key, headers: {}, value: key });
const at = (offset: number) => ({ topic, partition: 0, offset });

test('given a record, when it is read, then it alone is given', async () => {
  const log = createMemoryLog();
  await log.append([given('a'), given('b')]);
  expect(await readRecord(log, at(1))).toMatchObject({ offset: 1, value: 'b' });
});

test('given a record that is not there yet, when it comes, then it is given', async () => {
  const log = createMemoryLog();
  const reading = readRecord(log, at(0));
  await log.append([given('late')]);
  expect(await reading).toMatchObject({ value: 'late' });
});

test('given a record that never comes, when patience ends, then nothing is given', async () => {
  expect(await readRecord(createMemoryLog(), at(0), { patience: 10 })).toBeUndefined();
});

test('given a reading, when it is cancelled, then it rejects and leaves the log', async () => {
  const log = createMemoryLog();
  const reading = readRecord(log, at(0), { signal: AbortSignal.timeout(5) });
  await expect(reading).rejects.toThrow('cancelled while offset 0');
  await log.idle();
});
