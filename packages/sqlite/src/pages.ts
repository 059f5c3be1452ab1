// How much of the file is in use, and giving back what is not.
import type { DatabaseSync } from 'node:sqlite';
import { readPragma } from './schema.ts';

// Some free pages are left in the file for what comes next; the file shrinks only where much of it is free.
const freeShareToShrink = 0.25;
const freePagesKept = 2_048;

/** Within a transaction: gives at most so many free pages back to the file system; returns how many. */
export function giveBackPages(db: DatabaseSync, limit: number): number {
  const free = readPragma(db, 'freelist_count');
  if (free <= freePagesKept || free < readPragma(db, 'page_count') * freeShareToShrink) return 0;
  db.exec(`PRAGMA incremental_vacuum(${limit})`);
  return free - readPragma(db, 'freelist_count');
}

/** The bytes of the pages that hold something. */
export function usedBytes(db: DatabaseSync): number {
  return (readPragma(db, 'page_count') - readPragma(db, 'freelist_count')) * readPragma(db, 'page_size');
}
