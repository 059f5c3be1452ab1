// The deterministic engine as an investigator: on this thread, or in a small pool of worker threads.
import type { Dossier, Finding } from '@winnow/contracts';
import { diagnose } from '@winnow/diagnosis';
import type { Investigator } from '@winnow/stream';
import { createThreadPool } from './thread-pool.ts';

export interface DeterministicInvestigator extends Investigator {
  /** Ends its threads. */
  close(): Promise<void>;
}

/** @param options.threads 0 runs on the calling thread, for replays; else so many worker threads, started when they are needed. */
export function deterministicInvestigator({
  threads = 0,
}: {
  readonly threads?: number;
} = {}): DeterministicInvestigator {
  if (threads === 0) return { investigate: async (dossier) => diagnose(dossier), close: async () => undefined };
  const pool = createThreadPool<Dossier, Finding>(diagnosisThread(), threads);
  return { investigate: pool.run, close: pool.close };
}

/** Beside this file, under the ending that this file has: sources are `.ts`, a packed release `.js`. */
function diagnosisThread(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './diagnosis-thread.ts' : './diagnosis-thread.js', import.meta.url);
}
