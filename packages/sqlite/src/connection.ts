// Opens the one file that holds the log and the state.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { told } from './failures.ts';
import { checkSchema, isEmpty, prepareSchema } from './schema.ts';

/** disk: what is acknowledged survives a loss of power. process: it survives a kill of the process; for replays. */
export type Durability = 'disk' | 'process';

/** There is no data in this directory yet. */
export class NoData extends Error {
  override readonly name = 'NoData';
}

// Another program that looks into the file may hold it for a moment; longer than this nobody is to wait on this thread.
const lockWaitMs = 200;

export function databaseFile(dir: string): string {
  return join(dir, 'winnow.db');
}

/** @throws StateDamaged, StateNewer, LogUnavailable */
export function openForWriting(dir: string): DatabaseSync {
  const file = databaseFile(dir);
  return told(file, () =>
    opened(new DatabaseSync(file, { timeout: lockWaitMs }), (db) => {
      // Freed pages can be given back to the file system only where this is set before the first table.
      db.exec('PRAGMA auto_vacuum = INCREMENTAL');
      db.exec('PRAGMA journal_mode = WAL');
      db.exec('PRAGMA cache_size = -16000; PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY');
      prepareSchema(db, file);
    }),
  );
}

/** @throws NoData, StateDamaged, StateNewer, LogUnavailable */
export function openForReading(dir: string): DatabaseSync {
  const file = databaseFile(dir);
  if (!existsSync(file)) throw new NoData(`There is no data in ${dir}: ${file} does not exist.`);
  return told(file, () =>
    opened(new DatabaseSync(file, { readOnly: true, timeout: 5_000 }), (db) => {
      // The writer is only making it.
      if (isEmpty(db)) throw new NoData(`There is no data in ${dir}: ${file} is empty.`);
      checkSchema(db, file);
    }),
  );
}

function opened(db: DatabaseSync, prepare: (db: DatabaseSync) => void): DatabaseSync {
  try {
    prepare(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
