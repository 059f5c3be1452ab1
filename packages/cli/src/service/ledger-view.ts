// The committed ledger of all partitions, as whoever owns none of them sees it: looked at again and again.
import type { ReadCommitted } from '@winnow/redis';
import { type LedgerCell, openLedger } from '@winnow/stream';

export interface LedgerView {
  /** As of the last look; empty before the first. */
  readonly cells: readonly LedgerCell[];
  stop(): void;
}

export interface ViewLedger {
  readonly readCommitted: ReadCommitted;
  readonly partitions: number;
  readonly onProblem: (error: unknown) => void;
  /** Milliseconds between two looks (default 5,000). */
  readonly every?: number;
}

/** Resolves after the first look. What cannot be read now is read the next time. */
export async function viewLedger({
  readCommitted,
  partitions,
  onProblem,
  every = 5_000,
}: ViewLedger): Promise<LedgerView> {
  let cells: readonly LedgerCell[] = [];
  let looking = false;

  async function look(): Promise<void> {
    if (looking) return;
    looking = true;
    try {
      const book = openLedger([]);
      for (let partition = 0; partition < partitions; partition++)
        book.add((await readCommitted('signals', partition))?.ledger ?? []);
      cells = book.cells();
    } catch (error) {
      onProblem(error);
    } finally {
      looking = false;
    }
  }

  await look();
  const timer = setInterval(() => void look(), every).unref();
  return {
    get cells() {
      return cells;
    },
    stop: () => clearInterval(timer),
  };
}
