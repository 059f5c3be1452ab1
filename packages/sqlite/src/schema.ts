// The tables of the file. A later version of the schema adds a step that brings files of the one before along.
import type { DatabaseSync } from 'node:sqlite';
import { StateNewer, StateOlder } from '@winnow/stream';
import { damaged } from './failures.ts';

/** "Winn", so that a file of another program is not taken for one of Winnow's. */
const applicationId = 0x57696e6e;

/** What a file is to be. */
export interface Schema {
  readonly version: number;
  /** The tables of a new file, SQL. */
  readonly tables: string;
  /** By the version that a step brings to the next one, SQL. Each version from 1 on has one; what a step does is never changed. */
  readonly steps: Readonly<Record<number, string>>;
}

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

export const currentSchema: Schema = { version: 1, tables, steps: {} };

/**
 * Makes the tables in a new file, and brings an older file along, one step at a time, each in a transaction of its own.
 * @throws StateDamaged, StateNewer where the file is not one that this version can read.
 */
export function prepareSchema(db: DatabaseSync, file: string, schema = currentSchema): void {
  if (isEmpty(db)) createSchema(db, schema);
  for (let version = versionOf(db, file, schema); version < schema.version; version++) takeStep(db, schema, version);
}

/** For who only reads. @throws StateDamaged, StateNewer, StateOlder */
export function checkSchema(db: DatabaseSync, file: string, schema = currentSchema): void {
  const version = versionOf(db, file, schema);
  if (version >= schema.version) return;
  throw new StateOlder(
    `${file} was written by an older version of Winnow (schema ${version}; this one has ${schema.version}). Start \`winnow up\` on it once, which brings it along; while the older version runs on it, use that one's commands.`,
  );
}

function versionOf(db: DatabaseSync, file: string, schema: Schema): number {
  if (readPragma(db, 'application_id') !== applicationId) throw damaged(file, 'it is a database of another program');
  const version = readPragma(db, 'user_version');
  if (version <= schema.version) return version;
  throw new StateNewer(
    `${file} was written by a newer version of Winnow (schema ${version}; this one reads up to ${schema.version}). Install the newer version again, or give another data directory.`,
  );
}

function takeStep(db: DatabaseSync, { steps }: Schema, from: number): void {
  const step = steps[from];
  if (step === undefined) throw new Error(`there is no step from schema ${from} to ${from + 1}`);
  inTransaction(db, `${step}; PRAGMA user_version = ${from + 1}`);
}

/** A step that fails leaves the file as it was. */
function inTransaction(db: DatabaseSync, sql: string): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    db.exec(`${sql}; COMMIT`);
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

/** True where there are no tables yet. */
export function isEmpty(db: DatabaseSync): boolean {
  return (
    readPragma(db, 'application_id') === 0 && db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined
  );
}

function createSchema(db: DatabaseSync, schema: Schema): void {
  inTransaction(
    db,
    `${schema.tables}; PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schema.version}`,
  );
}

export function readPragma(db: DatabaseSync, name: string): number {
  const row = db.prepare(`PRAGMA ${name}`).get();
  return Number(row === undefined ? 0 : Object.values(row)[0]);
}
