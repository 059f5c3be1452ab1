// Checkpoints that are opened with their first use: an intake takes what is sent, whether or not they can be reached yet.
import type { Checkpoints } from '@winnow/stream';

/** @param under begins all keys: what is one process's own is told from the others'. */
export function lazyCheckpoints(open: () => Promise<Checkpoints>, under = ''): Checkpoints {
  return {
    load: async (key) => (await open()).load(under + key),
    save: async (key, value) => (await open()).save(under + key, value),
  };
}
