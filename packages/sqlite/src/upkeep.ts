// Keeps the write-ahead log short under load: another thread moves it into the file while writing goes on. It begins anew only
// where all of it has been moved; for that last part, which is small, commits wait, and the thread does not.
import type { Checkpointer } from './checkpointer.ts';

export interface Upkeep {
  /** So many bytes have been committed. */
  note(bytes: number): void;
  close(): Promise<void>;
}

const moveAfter = 4 * 1024 * 1024;
const beginAnewAfter = 48 * 1024 * 1024;

/** @param hold makes commits wait until what it returns is called. */
export function createUpkeep(checkpointer: Checkpointer, hold: () => () => void): Upkeep {
  let toMove = 0;
  let length = 0;
  let running: Promise<void> | undefined;

  async function move(): Promise<void> {
    toMove = 0;
    await checkpointer.run();
    if (length < beginAnewAfter) return;
    const release = hold();
    try {
      await checkpointer.run();
      length = 0;
    } finally {
      release();
    }
  }

  return {
    note(bytes) {
      toMove += bytes;
      length += bytes;
      if (toMove < moveAfter || running) return;
      running = move().finally(() => {
        running = undefined;
      });
    },
    async close() {
      await running;
      await checkpointer.close();
    },
  };
}
