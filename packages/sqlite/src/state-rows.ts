// The row of a stage's partition: who holds it, and where it stands.
import type { DatabaseSync } from 'node:sqlite';
import type { Attempts, LedgerCell, Offsets } from '@winnow/stream';

export interface StateRow {
  readonly id: number;
  readonly stage: string;
  readonly partition: number;
  readonly token: string;
  readonly offsets: Offsets;
  readonly seq: number;
  readonly version: number;
  readonly attempts: Attempts | undefined;
  /** How many commits there have been. */
  readonly commits: number;
}

type Stored = Omit<StateRow, 'offsets' | 'attempts'> & { readonly offsets: string; readonly attempts: string | null };

const columns = 'id, stage, part AS partition, token, offsets, seq, version, attempts, commits';

export interface StateRows {
  find(stage: string, partition: number): StateRow | undefined;
  all(): StateRow[];
  ledger(stage: string, partition: number): LedgerCell[];
}

export function openStateRows(db: DatabaseSync): StateRows {
  const one = db.prepare(`SELECT ${columns} FROM state WHERE stage = ? AND part = ?`);
  const all = db.prepare(`SELECT ${columns} FROM state ORDER BY stage, part`);
  const cells = db.prepare(
    'SELECT source, outcome, reason, count FROM ledger WHERE stage = ? AND part = ? ORDER BY source, outcome, reason',
  );
  return {
    find(stage, partition) {
      const row = one.get(stage, partition);
      return row === undefined ? undefined : parseRow(row as unknown as Stored);
    },
    all: () => all.all().map((row) => parseRow(row as unknown as Stored)),
    ledger: (stage, partition) => cells.all(stage, partition).map((cell) => ({ ...cell }) as unknown as LedgerCell),
  };
}

function parseRow(row: Stored): StateRow {
  const attempts = row.attempts === null ? undefined : JSON.parse(row.attempts);
  return { ...row, offsets: JSON.parse(row.offsets), attempts };
}
