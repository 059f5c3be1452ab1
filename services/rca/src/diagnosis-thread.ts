// A worker thread of the deterministic engine: a dossier comes in, its finding or an error goes out.
import { parentPort } from 'node:worker_threads';
import type { Dossier } from '@winnow/contracts';
import { diagnose } from '@winnow/diagnosis';

parentPort?.on('message', (dossier: Dossier) => {
  try {
    parentPort?.postMessage({ value: diagnose(dossier) });
  } catch (error) {
    parentPort?.postMessage({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
