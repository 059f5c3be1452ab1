// Moves what has been written ahead into the file itself, on a thread of its own: its syncs hold up nobody.
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

const db = new DatabaseSync(workerData as string, { timeout: 0 });
db.exec('PRAGMA synchronous = FULL');

parentPort?.on('message', () => {
  // What does not succeed now (the disk is full, the writer is at it itself) is done by the next one.
  try {
    db.exec('PRAGMA wal_checkpoint(PASSIVE)');
  } catch {}
  parentPort?.postMessage('done');
});
