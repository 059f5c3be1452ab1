// `winnow ledger`: what became of every item that arrived.
import { countedSources, type LedgerTotals, type Source } from '@winnow/contracts';
import type { LedgerReading } from '@winnow/sqlite';
import type { LedgerCell } from '@winnow/stream';
import type { Command } from 'commander';
import { dataOption } from '../data-dir.ts';
import { readLedger } from '../ledger/open-ledger.ts';
import { renderTable } from '../render/table.ts';

export function registerLedger(program: Command): void {
  program
    .command('ledger')
    .description('what became of every item that arrived: nothing is lost silently')
    .option('--json', 'print JSON')
    .option(...dataOption)
    .addHelpText(
      'after',
      `
It is read from Kafka and Redis where WINNOW_KAFKA_BROKERS is set, unless --data is given.

Examples:
  winnow ledger
  winnow ledger --json | jq '.sources["alertmanager.alerts"]'`,
    )
    .action(async ({ json, data }: { json?: boolean; data?: string }) => {
      const reading = await readLedger(data, process.env);
      process.stdout.write(json ? `${JSON.stringify(ledgerDocument(reading))}\n` : ledgerText(reading));
    });
}

export interface SourceLedger extends LedgerTotals {
  /** Arrived and durable, not decided yet; not part of `received`. */
  readonly pending: number;
}

/** `received` is the sum of the outcomes: each item has exactly one. */
export function ledgerDocument({ cells, pending }: LedgerReading): { readonly sources: Record<string, SourceLedger> } {
  const heard = countedSources.filter((source) => pending[source] || cells.some((cell) => cell.source === source));
  return {
    sources: Object.fromEntries(heard.map((source) => [source, sourceLedger(source, cells, pending[source] ?? 0)])),
  };
}

function sourceLedger(source: Source, cells: readonly LedgerCell[], pending: number): SourceLedger {
  const own = cells.filter((cell) => cell.source === source);
  const sum = (outcome?: LedgerCell['outcome']) =>
    own.reduce((total, cell) => total + (outcome === undefined || cell.outcome === outcome ? cell.count : 0), 0);
  return {
    received: sum(),
    signals: sum('signal'),
    deduplicated: sum('deduplicated'),
    muted: sum('muted'),
    shed: sum('shed'),
    deadLettered: sum('dead_lettered'),
    pending,
  };
}

const columns = ['received', 'signals', 'deduplicated', 'muted', 'shed', 'deadLettered', 'pending'] as const;

function ledgerText(reading: LedgerReading): string {
  const sources = Object.entries(ledgerDocument(reading).sources);
  if (sources.length === 0) return 'Nothing has arrived yet.\n';
  const format = (n: number) => n.toLocaleString('en-US');
  const rows = sources.map(([source, ledger]) => [source, ...columns.map((column) => format(ledger[column]))]);
  const reasons = reading.cells
    .filter((cell) => cell.reason !== '')
    .map((cell) => [cell.source, cell.outcome.replace('_', '-'), cell.reason, format(cell.count)]);
  const lines = [
    ...renderTable(['source', ...columns], rows, columns),
    ...(reasons.length > 0 ? ['', ...renderTable(['source', 'outcome', 'reason', 'items'], reasons, ['items'])] : []),
  ];
  return `${lines.join('\n')}\n`;
}
