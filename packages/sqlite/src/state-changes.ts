// Deltas and snapshots, in the order of the commits that they are part of, a commit's delta before its snapshots.
//
// A delta holds what changed in all buckets; a snapshot replaces one of them. Applied in the order of the commits they give the
// state as it was: what deltas set or delete in a bucket before its snapshot is what the snapshot holds anyway, and later deltas
// come after it. A delta is dropped once every bucket has a snapshot of its commit or a later one.
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type { BucketSnapshot } from '@winnow/stream';
import { damaged, failureOf } from './failures.ts';

export interface ChangeWriter {
  delta(state: number, commit: number, content: Uint8Array): void;
  snapshot(state: number, commit: number, snapshot: BucketSnapshot): void;
  /** Drops what snapshots have made superfluous, some at a time. */
  dropCovered(state: number): void;
}

// So many deltas go with one commit at most: freeing their pages takes time.
const droppedAtOnce = 64;

const covered = `SELECT min(at_commit) FROM snapshot WHERE state = ?1 GROUP BY buckets HAVING count(*) = buckets`;

export function openChangeWriter(db: DatabaseSync): ChangeWriter {
  const insertDelta = db.prepare('INSERT INTO delta (state, at_commit, crc, content) VALUES (?, ?, ?, ?)');
  const insertSnapshot = db.prepare(
    'INSERT OR REPLACE INTO snapshot (state, buckets, bucket, at_commit, crc, content) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const dropDeltas = db.prepare(`DELETE FROM delta WHERE id IN (
    SELECT id FROM delta WHERE state = ?1 AND at_commit <= (${covered} ORDER BY 1 DESC LIMIT 1) ORDER BY at_commit LIMIT ${droppedAtOnce})`);
  // Snapshots of another number of buckets, once the buckets of the present number cover all that they hold.
  const dropSnapshots = db.prepare(
    `DELETE FROM snapshot WHERE state = ?1 AND at_commit < (${covered} ORDER BY 1 DESC LIMIT 1)`,
  );

  return {
    delta(state, commit, content) {
      insertDelta.run(state, commit, crc32(content), content);
    },
    snapshot(state, commit, { bucket, of, content }) {
      insertSnapshot.run(state, of, bucket, commit, crc32(content), content);
    },
    dropCovered(state) {
      dropDeltas.run(state);
      dropSnapshots.run(state);
    },
  };
}

interface Place {
  readonly id: number;
  readonly kind: 'delta' | 'snapshot';
}

// Small blobs are handed over together; after about so many bytes everything else gets its turn.
const bytesPerTurn = 256 * 1024;

/** Reads them one by one. @throws StateDamaged where one is not what was written; `gone` tells what to throw where one has disappeared. */
export async function* readChanges(
  db: DatabaseSync,
  file: string,
  state: number,
  gone: () => Error,
): AsyncGenerator<Uint8Array> {
  const blob = {
    delta: db.prepare('SELECT content, crc FROM delta WHERE id = ?'),
    snapshot: db.prepare('SELECT content, crc FROM snapshot WHERE id = ?'),
  };
  let bytes = 0;
  for (const { id, kind } of places(db, file, state)) {
    const content = checked(file, kind, () => blob[kind].get(id), gone);
    yield content;
    bytes += content.length;
    if (bytes < bytesPerTurn) continue;
    bytes = 0;
    await nextTurn();
  }
}

function places(db: DatabaseSync, file: string, state: number): Place[] {
  try {
    return db
      .prepare(
        `SELECT id, 'delta' AS kind, at_commit FROM delta
           WHERE state = ?1 AND at_commit > coalesce((${covered} ORDER BY 1 DESC LIMIT 1), 0)
         UNION ALL SELECT id, 'snapshot', at_commit FROM snapshot WHERE state = ?1
         ORDER BY 3, 2`,
      )
      .all(state) as unknown as Place[];
  } catch (error) {
    throw failureOf(error, file);
  }
}

function checked(file: string, kind: string, read: () => unknown, gone: () => Error): Uint8Array {
  const row = readRow(file, read);
  if (row === undefined) throw gone();
  const { content, crc } = row as { content: Uint8Array; crc: number };
  if (crc32(content) !== crc) throw damaged(file, `a ${kind} of the state is not what was written`);
  return content;
}

function readRow(file: string, read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    throw failureOf(error, file);
  }
}
