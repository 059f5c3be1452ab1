import { describe, expect, test } from 'vitest';
import { until } from './contract/record-samples.ts';
import { Fenced, StateNewer } from './errors.ts';
import { ownParts } from './own-parts.ts';

/** Parts that run until they are told to crash, and what happened to them. */
function given(starts: (partition: number) => Promise<void> = async () => undefined) {
  const happened: string[] = [];
  const crashes = new Map<number, (error: Error) => void>();
  let confirmed = Promise.withResolvers<void>();
  const owner = ownParts({
    async start(partition) {
      await starts(partition);
      happened.push(`start ${partition}`);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      crashes.set(partition, reject);
      return {
        done: promise,
        async close() {
          happened.push(`close ${partition}`);
          resolve();
        },
      };
    },
    confirm() {
      happened.push('confirm');
      return confirmed.promise;
    },
    onCrash: (_error, { partition, count }) => happened.push(`crash ${partition}, ${count} in a row`),
    firstPause: 1,
  });
  const renew = () => {
    confirmed.resolve();
    confirmed = Promise.withResolvers();
  };
  const crash = (partition: number, error = new Error('boom')) => crashes.get(partition)?.(error);
  const happens = (count: number) => until(() => happened.length >= count, `${count} things: ${happened}`);
  return { owner, happened, happens, crash, confirm: renew };
}

describe('given a process that owns partitions', () => {
  test('when they are assigned and revoked, then each is started and closed once', async () => {
    const { owner, happened, happens } = given();
    owner.assign([0, 1]);
    owner.assign([1]);
    await happens(2);
    expect(owner.list().map(({ partition, status }) => `${partition} ${status}`)).toEqual(['0 running', '1 running']);
    await owner.revoke([0, 7]);
    expect(happened).toEqual(['start 0', 'start 1', 'close 0']);
    await owner.close();
    expect(owner.list()).toEqual([]);
    expect(happened.at(-1)).toBe('close 1');
  });

  test('when the state of one is of a newer version, then it is not tried again, and says why until it is given away', async () => {
    const { owner, happened, happens } = given(async (partition) => {
      if (partition === 0) throw new StateNewer('it has version 2');
    });
    owner.assign([0, 1]);
    await happens(2);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(happened.toSorted()).toEqual(['crash 0, 1 in a row', 'start 1']);
    expect(owner.list()[0]).toEqual({ partition: 0, status: 'failed', reason: 'it has version 2' });
    await owner.revoke([0]);
    expect(owner.list()).toHaveLength(1);
    await owner.close();
  });

  test('when a part crashes, then it is closed and started again, and the others go on', async () => {
    const { owner, happened, happens, crash } = given();
    owner.assign([0, 1]);
    await happens(2);
    crash(0);
    await happens(5);
    expect(happened.slice(2)).toEqual(['close 0', 'crash 0, 1 in a row', 'start 0']);
    await owner.close();
  });

  test('when a part was fenced off, then it comes back only when the process has heard that the partition is its own', async () => {
    const { owner, happened, happens, crash, confirm } = given();
    owner.assign([3]);
    await happens(1);
    crash(3, new Fenced('another owner'));
    await happens(4);
    expect(happened).toEqual(['start 3', 'close 3', 'crash 3, 1 in a row', 'confirm']);
    expect(owner.list()).toMatchObject([{ partition: 3, status: 'failed', reason: 'another owner' }]);
    confirm();
    await happens(5);
    expect(happened.at(-1)).toBe('start 3');
    await owner.close();
  });

  test('when a fenced partition turns out to be another’s, then it is let go without a start', async () => {
    const { owner, happened, happens, crash } = given();
    owner.assign([3]);
    await happens(1);
    crash(3, new Fenced('another owner'));
    await happens(4);
    await owner.revoke([3]);
    expect(happened.filter((each) => each.startsWith('start'))).toHaveLength(1);
  });

  test('when it cannot be started at first, then it is tried again, and one that is taken away meanwhile is closed', async () => {
    let tries = 0;
    const slow = Promise.withResolvers<void>();
    const { owner, happened, happens } = given(async (partition) => {
      if (partition === 1) return slow.promise;
      if (++tries < 3) throw new Error('the store is away');
    });
    owner.assign([0, 1]);
    await happens(3);
    expect(happened).toEqual(['crash 0, 1 in a row', 'crash 0, 2 in a row', 'start 0']);
    const revoked = owner.revoke([1]);
    slow.resolve();
    await revoked;
    expect(happened.slice(3)).toEqual(['start 1', 'close 1']);
    await owner.close();
  });
});
