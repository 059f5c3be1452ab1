// What every Checkpoints does, whatever it is made of.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Checkpoints } from '../checkpoints.ts';

export interface CheckpointsUnderTest {
  readonly checkpoints: Checkpoints;
  /** Ends and opens again on the same data; absent where it does not outlive its process. */
  reopen?(): Promise<Checkpoints>;
  close?(): Promise<void>;
}

/** Runs the contract on fresh, empty checkpoints. */
export function describeCheckpoints(name: string, make: () => Promise<CheckpointsUnderTest>): void {
  describe(`${name} as checkpoints`, () => {
    let made: CheckpointsUnderTest;
    beforeEach(async () => {
      made = await make();
    });
    afterEach(async () => {
      await made.close?.();
    });

    it('given nothing, when a key is loaded, then it is undefined', async () => {
      expect(await made.checkpoints.load('a')).toBeUndefined();
    });

    it('given saves of one key, when it is loaded, then the last one counts', async () => {
      const { checkpoints } = made;
      await Promise.all([checkpoints.save('a', { version: '1' }), checkpoints.save('a', { version: '2' })]);
      expect(await checkpoints.load('a')).toEqual({ version: '2' });
    });

    it('given a key, when undefined is saved, then it is forgotten and others stay', async () => {
      const { checkpoints } = made;
      await checkpoints.save('a', 1);
      await checkpoints.save('b', null);
      await checkpoints.save('a', undefined);
      expect(await checkpoints.load('a')).toBeUndefined();
      expect(await checkpoints.load('b')).toBeNull();
    });

    it('given a value, when its owner changes it afterwards, then what was saved stays', async () => {
      const value = { version: '1' };
      await made.checkpoints.save('a', value);
      value.version = '2';
      expect(await made.checkpoints.load('a')).toEqual({ version: '1' });
    });

    it('given a value that was loaded, when its reader changes it, then what is kept stays', async () => {
      await made.checkpoints.save('a', { version: '1' });
      Object.assign((await made.checkpoints.load('a')) as object, { version: '2' });
      expect(await made.checkpoints.load('a')).toEqual({ version: '1' });
    });

    it('given many saves at once, when they are loaded, then each key has its last value', async () => {
      const { checkpoints } = made;
      const rounds = Array.from({ length: 20 }, (_, round) => round);
      await Promise.all(rounds.flatMap((round) => ['a', 'b', 'c'].map((key) => checkpoints.save(key, { key, round }))));
      for (const key of ['a', 'b', 'c']) expect(await checkpoints.load(key)).toEqual({ key, round: 19 });
    });

    it('given saved keys, when it is opened again, then they are there', async ({ skip }) => {
      if (!made.reopen) return skip('it does not outlive its process');
      await made.checkpoints.save('a/b|c', ['x']);
      await made.checkpoints.save('__proto__', 'y');
      const again = await made.reopen();
      expect(await again.load('a/b|c')).toEqual(['x']);
      expect(await again.load('__proto__')).toBe('y');
    });
  });
}
