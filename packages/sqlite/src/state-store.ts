// The StateStore port on the same file: outgoing records are appended in the transaction of the commit, so nothing is ever unsettled.
// A commit waits for no sync of its own: should a loss of power take it, then all that came after it too, and it is derived again.
import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import {
  type Claim,
  type Commit,
  Fenced,
  type LoadedState,
  type Offsets,
  type StateStore,
  stateNewer,
} from '@winnow/stream';
import type { AppendWithin } from './event-log.ts';
import { told } from './failures.ts';
import type { GroupCommit } from './group-commit.ts';
import { prepareRecord } from './record-table.ts';
import { openChangeWriter, readChanges } from './state-changes.ts';
import { openStateRows, type StateRow, type StateRows } from './state-rows.ts';

/** The outgoing records of a commit are in the log when it resolves. */
export type PublishingStore = StateStore & { readonly publishes: true };

export function createStore(
  db: DatabaseSync,
  file: string,
  commits: GroupCommit,
  append: AppendWithin,
): PublishingStore {
  const rows = openStateRows(db);
  const write = openCommitWriter(db);
  const take =
    db.prepare(`INSERT INTO state (stage, part, token, offsets, seq, version, commits) VALUES (?, ?, ?, '{}', 0, 0, 0)
    ON CONFLICT (stage, part) DO UPDATE SET token = excluded.token`);

  function held(claim: Claim): StateRow {
    const row = told(file, () => rows.find(claim.stage, claim.partition));
    if (row?.token === claim.token) return row;
    throw fenced(claim);
  }

  return {
    publishes: true,
    async claim(stage, partition, knows = Infinity) {
      const token = randomUUID();
      await commits.run('derived', () => {
        const version = rows.find(stage, partition)?.version ?? 0;
        if (version > knows) throw stateNewer({ stage, partition, version, knows }, ` in ${file}`);
        take.run(stage, partition, token);
      });
      return { stage, partition, token };
    },
    async load(claim) {
      const row = held(claim);
      return loadedState(db, file, rows, row, () => fenced(claim));
    },
    async commit(claim, commit) {
      const outgoing = commit.outgoing.map(prepareRecord);
      return commits.run(
        'derived',
        () => {
          const row = rows.find(claim.stage, claim.partition);
          if (row?.token !== claim.token || !sameOffsets(row.offsets, commit.from)) return 'fenced';
          write(row, commit);
          append(outgoing);
          return 'committed';
        },
        weightOf(commit),
      );
    },
    async unsettled() {
      return [];
    },
    async settle() {},
  };
}

export function loadedState(
  db: DatabaseSync,
  file: string,
  rows: StateRows,
  row: StateRow,
  gone: () => Error,
): LoadedState {
  return {
    offsets: row.offsets,
    seq: row.seq,
    version: row.version,
    ledger: told(file, () => rows.ledger(row.stage, row.partition)),
    ...(row.attempts && { attempts: row.attempts }),
    changes: readChanges(db, file, row.id, gone),
  };
}

function openCommitWriter(db: DatabaseSync): (row: StateRow, commit: Commit) => void {
  const changes = openChangeWriter(db);
  const advance = db.prepare(
    'UPDATE state SET offsets = ?, seq = ?, version = ?, attempts = ?, commits = ? WHERE id = ?',
  );
  const setCell = db.prepare(`INSERT INTO ledger (stage, part, source, outcome, reason, count) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (stage, part, source, outcome, reason) DO UPDATE SET count = excluded.count`);

  return function writeCommit(row, { to, seq, version, attempts, delta, snapshots, ledger }) {
    const commit = row.commits + 1;
    advance.run(JSON.stringify(to), seq, version, attempts ? JSON.stringify(attempts) : null, commit, row.id);
    if (delta.length > 0) changes.delta(row.id, commit, delta);
    for (const snapshot of snapshots) changes.snapshot(row.id, commit, snapshot);
    if (snapshots.length > 0) changes.dropCovered(row.id);
    for (const { source, outcome, reason, count } of ledger) {
      setCell.run(row.stage, row.partition, source, outcome, reason, count);
    }
  };
}

function sameOffsets(one: Offsets, other: Offsets): boolean {
  const topics = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof Offsets>;
  for (const topic of topics) if ((one[topic] ?? 0) !== (other[topic] ?? 0)) return false;
  return true;
}

function weightOf({ delta, snapshots, outgoing }: Commit): number {
  const written = snapshots.reduce((sum, snapshot) => sum + snapshot.content.length, delta.length);
  return written + outgoing.length * 500;
}

function fenced({ stage, partition }: Claim): Fenced {
  return new Fenced(`Partition ${partition} of ${stage} has been taken over by another owner.`);
}
