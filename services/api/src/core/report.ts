// The report: what `diagnose --json`, `replay --json` and GET /api/v1/incidents print.
import type { LedgerTotals, Problem, Report, ReportIncident } from '@winnow/contracts';
import type { LedgerCell } from '@winnow/stream';
import type { Entry, ReadModel } from '../core.ts';
import { harmedNobody } from './harm.ts';
import { compareIncidents, compareTexts } from './order.ts';
import { toReportIncident } from './report-incident.ts';

export interface BuildReport {
  readonly ledger: LedgerTotals;
  readonly problems: readonly Problem[];
  /** RFC 3339: the last record's time. */
  readonly asOf: string;
  readonly clusters: readonly string[];
  /** Recordings only: the lines of each signal's items, by signal id. */
  readonly lines?: ReadonlyMap<string, readonly number[]>;
  /** True for a capture: what ended well and harmed nobody is not listed. */
  readonly capture?: boolean;
  /** What could not be seen, in words: a source that has gone silent, Pods that no file holds. Nothing is called healthy then. */
  readonly blind?: readonly string[];
}

export interface ListedEntry extends Entry {
  readonly example: boolean;
}

export function buildReport(model: ReadModel, options: BuildReport): Report {
  const incidents = reportIncidents([model], options);
  return {
    schema: 'winnow.report/v1',
    clusters: options.clusters.toSorted(compareTexts),
    asOf: options.asOf,
    verdict: verdictOf(incidents.length, options),
    incidents,
    problems: options.problems,
    ledger: options.ledger,
  };
}

/** All incidents that a report lists, in its order. */
export function reportIncidents(
  models: readonly ReadModel[],
  { lines, capture = false }: Pick<BuildReport, 'lines' | 'capture'> = {},
): readonly ReportIncident[] {
  const taken = new Set<number>();
  return listedEntries(models, capture)
    .sort((a, b) => compareIncidents(a.incident, b.incident))
    .map((entry) => toReportIncident(entry, { ...(lines && { lines }), taken, example: entry.example }));
}

/** What a report lists, in no order yet: incidents that were merged away are told of by their survivors. */
export function listedEntries(models: readonly ReadModel[], capture = false): ListedEntry[] {
  return models
    .flatMap((model) => [...model.entries()].map((entry) => ({ ...entry, example: model.example })))
    .filter(({ incident }) => incident.mergedInto === undefined && !(capture && harmedNobody(incident)));
}

/** `unknown` where nothing was found and too little was seen to say that nothing is wrong. */
export function verdictOf(
  incidents: number,
  { ledger, blind = [] }: Pick<BuildReport, 'ledger' | 'blind'>,
): Report['verdict'] {
  if (incidents > 0) return 'incidents';
  const unreadable = ledger.deadLettered * 2 >= ledger.received;
  return blind.length > 0 || ledger.received === 0 || unreadable ? 'unknown' : 'healthy';
}

const fieldOf = {
  signal: 'signals',
  deduplicated: 'deduplicated',
  muted: 'muted',
  shed: 'shed',
  dead_lettered: 'deadLettered',
} as const;

/** The ledger's cells summed up by outcome; `received` is the sum of all. */
export function ledgerTotals(cells: Iterable<LedgerCell>): LedgerTotals {
  const totals = { received: 0, signals: 0, deduplicated: 0, muted: 0, shed: 0, deadLettered: 0 };
  for (const { outcome, count } of cells) {
    totals.received += count;
    totals[fieldOf[outcome]] += count;
  }
  return totals;
}
