import { DatabaseSync } from 'node:sqlite';
import { StateNewer, StateOlder } from '@winnow/stream';
import { describe, expect, it } from 'vitest';
import { checkSchema, currentSchema, prepareSchema, readPragma, type Schema } from './schema.ts';

const first: Schema = { version: 1, tables: "CREATE TABLE word (text TEXT); INSERT INTO word VALUES ('a')", steps: {} };
const third: Schema = {
  version: 3,
  tables: 'CREATE TABLE word (text TEXT, length INTEGER, seen INTEGER)',
  steps: {
    1: 'ALTER TABLE word ADD COLUMN length INTEGER; UPDATE word SET length = length(text)',
    2: 'ALTER TABLE word ADD COLUMN seen INTEGER DEFAULT 0',
  },
};

function fileOf(schema: Schema): DatabaseSync {
  const db = new DatabaseSync(':memory:');
  prepareSchema(db, 'winnow.db', schema);
  return db;
}

const wordsIn = (db: DatabaseSync) =>
  db
    .prepare('SELECT * FROM word')
    .all()
    .map((row) => ({ ...row }));

describe('the schema of the file', () => {
  it('given a file of an older version, when it is opened to be written, then it is brought along one step at a time', () => {
    const db = fileOf(first);
    prepareSchema(db, 'winnow.db', third);
    expect(wordsIn(db)).toEqual([{ text: 'a', length: 1, seen: 0 }]);
    expect(readPragma(db, 'user_version')).toBe(3);
    prepareSchema(db, 'winnow.db', third);
    expect(wordsIn(db)).toHaveLength(1);
  });

  it('given a step that fails, when the file is opened, then it is as the step before left it', () => {
    const db = fileOf(first);
    const broken = {
      ...third,
      steps: { ...third.steps, 2: "INSERT INTO word VALUES ('b', 1); SELECT * FROM nowhere" },
    };
    expect(() => prepareSchema(db, 'winnow.db', broken)).toThrow('nowhere');
    expect(wordsIn(db)).toEqual([{ text: 'a', length: 1 }]);
    expect(readPragma(db, 'user_version')).toBe(2);
    prepareSchema(db, 'winnow.db', third);
    expect(readPragma(db, 'user_version')).toBe(3);
  });

  it('given a file of another version, when it is only read, then what to do is told', () => {
    expect(() => checkSchema(fileOf(first), 'winnow.db', third)).toThrow(StateOlder);
    expect(() => checkSchema(fileOf(first), 'winnow.db', third)).toThrow('Start `winnow up` on it once');
    expect(() => checkSchema(fileOf(third), 'winnow.db', first)).toThrow(StateNewer);
    expect(() => prepareSchema(fileOf(third), 'winnow.db', first)).toThrow(StateNewer);
  });

  it('has a step from each version to the next', () => {
    const versions = Array.from({ length: currentSchema.version - 1 }, (_, at) => at + 1);
    expect(Object.keys(currentSchema.steps).map(Number)).toEqual(versions);
  });
});
