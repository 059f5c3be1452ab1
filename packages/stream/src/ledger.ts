import type { DeadLetterCode, MuteRule, OutcomeName, ShedReason, Source } from '@winnow/contracts';

export type OutcomeReason = MuteRule | DeadLetterCode | ShedReason | '';

/** How many items of a source had one outcome for one reason. */
export interface LedgerCell {
  readonly source: Source;
  readonly outcome: OutcomeName;
  /** The mute rule, dead-letter code or shed reason; empty for signal and deduplicated. */
  readonly reason: OutcomeReason;
  readonly count: number;
}

/** What tells a cell from the others. */
export const cellKey = (cell: LedgerCell) => `${cell.source}|${cell.outcome}|${cell.reason}`;

/** The running totals of a partition, and what was added since the last commit. */
export interface LedgerBook {
  add(cells: readonly LedgerCell[]): void;
  /** The cells that changed since the last call: what was added to them, and what they stand at now. */
  takeChanges(): { readonly added: readonly LedgerCell[]; readonly totals: readonly LedgerCell[] };
  /** All cells, in one order. */
  cells(): readonly LedgerCell[];
}

export function openLedger(committed: readonly LedgerCell[]): LedgerBook {
  const totals = new Map(committed.map((cell) => [cellKey(cell), cell]));
  let added = new Map<string, LedgerCell>();

  const sum = (cells: Map<string, LedgerCell>, cell: LedgerCell) => {
    const key = cellKey(cell);
    cells.set(key, { ...cell, count: cell.count + (cells.get(key)?.count ?? 0) });
  };

  return {
    add(cells) {
      for (const cell of cells) {
        sum(added, cell);
        sum(totals, cell);
      }
    },
    takeChanges() {
      const changes = added;
      added = new Map();
      return {
        added: [...changes.values()],
        totals: [...changes.keys()].map((key) => totals.get(key) as LedgerCell),
      };
    },
    cells: () => [...totals].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, cell]) => cell),
  };
}
