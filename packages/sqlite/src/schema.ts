// The tables of the file. A later version of the schema adds a step that brings files of the one before along.
import type { DatabaseSync } from 'node:sqlite';
import { StateNewer } from '@winnow/stream';
import { damaged } from './failures.ts';

/** "Winn", so that a file of another program is not taken for one of Winnow's. */
const applicationId = 0x57696e6e;
export const schemaVersion = 1;

const tables = `
  -- One row a log, that is a topic's partition; its records are in the table log_<id>.
  CREATE TABLE log (
    id INTEGER PRIMARY KEY,
    topic TEXT NOT NULL,
    part INTEGER NOT NULL,
    next INTEGER NOT NULL,
    records INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    -- Compaction has been here: below it each key stands once.
    cleaned INTEGER NOT NULL,
    UNIQUE (topic, part)
  );
  CREATE TABLE state (
    id INTEGER PRIMARY KEY,
    stage TEXT NOT NULL,
    part INTEGER NOT NULL,
    token TEXT NOT NULL,
    offsets TEXT NOT NULL,
    seq INTEGER NOT NULL,
    version INTEGER NOT NULL,
    attempts TEXT,
    -- How many commits there have been: the order of deltas and snapshots.
    commits INTEGER NOT NULL,
    UNIQUE (stage, part)
  );
  CREATE TABLE delta (id INTEGER PRIMARY KEY, state INTEGER NOT NULL, at_commit INTEGER NOT NULL, crc INTEGER NOT NULL, content BLOB NOT NULL);
  CREATE UNIQUE INDEX delta_order ON delta (state, at_commit);
  CREATE TABLE snapshot (
    id INTEGER PRIMARY KEY,
    state INTEGER NOT NULL,
    buckets INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    at_commit INTEGER NOT NULL,
    crc INTEGER NOT NULL,
    content BLOB NOT NULL
  );
  CREATE UNIQUE INDEX snapshot_bucket ON snapshot (state, buckets, bucket);
  CREATE TABLE ledger (
    stage TEXT NOT NULL,
    part INTEGER NOT NULL,
    source TEXT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (stage, part, source, outcome, reason)
  ) WITHOUT ROWID;
`;

/** Makes the tables in a new file. @throws StateDamaged, StateNewer where the file is not one that this version can read. */
export function prepareSchema(db: DatabaseSync, file: string): void {
  if (isEmpty(db)) createSchema(db);
  checkSchema(db, file);
}

/** @throws StateDamaged, StateNewer */
export function checkSchema(db: DatabaseSync, file: string): void {
  if (readPragma(db, 'application_id') !== applicationId) throw damaged(file, 'it is a database of another program');
  const version = readPragma(db, 'user_version');
  if (version <= schemaVersion) return;
  throw new StateNewer(
    `${file} was written by a newer version of Winnow (schema ${version}; this one reads up to ${schemaVersion}). Install the newer version again, or give another data directory.`,
  );
}

/** True where there are no tables yet. */
export function isEmpty(db: DatabaseSync): boolean {
  return (
    readPragma(db, 'application_id') === 0 && db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined
  );
}

function createSchema(db: DatabaseSync): void {
  db.exec(`BEGIN IMMEDIATE; ${tables}
    PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaVersion}; COMMIT`);
}

export function readPragma(db: DatabaseSync, name: string): number {
  const row = db.prepare(`PRAGMA ${name}`).get();
  return Number(row === undefined ? 0 : Object.values(row)[0]);
}
