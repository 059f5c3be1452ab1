// The report on a terminal: the verdict in one line, then each incident, then what could not be read, then what became of all.
import type { Problem, Report } from '@winnow/contracts';
import { renderIncident } from './incident-text.ts';
import { hang, harmless, wrap } from './layout.ts';
import { createStyle, type Screen } from './style.ts';
import { ledgerOf, timeOf, verdictOf } from './words.ts';

/** At most so many problems are listed. */
const PROBLEMS = 10;

/** The whole report, with a line break at its end. */
export function renderText(report: Report, screen: Screen): string {
  const rule = createStyle(screen.coloured).dim('─'.repeat(screen.width));
  const incidents = report.incidents.flatMap((incident) => [
    '',
    rule,
    '',
    ...renderIncident(incident, { ...screen, asOf: report.asOf }),
  ]);
  return frame(report, screen, report.incidents.length > 0 ? [...incidents, '', rule] : []);
}

/** The report of incidents that have been told before: without their words. */
export function renderSummary(report: Report, screen: Screen): string {
  return frame(report, screen, []);
}

function frame(report: Report, screen: Screen, incidents: readonly string[]): string {
  const style = createStyle(screen.coloured);
  const lines = [
    ...wrap(verdictOf(report), screen.width).map(style.bold),
    ...(report.asOf ? [style.dim(`As of ${timeOf(report.asOf)} UTC.`)] : []),
    ...incidents,
    ...problemLines(report.problems, screen),
    '',
    ...wrap(ledgerOf(report.ledger), screen.width).map(style.dim),
  ];
  return `${lines.join('\n')}\n`;
}

function problemLines(problems: readonly Problem[], { coloured, width }: Screen): string[] {
  if (problems.length === 0) return [];
  const style = createStyle(coloured);
  const shown = problems
    .slice(0, PROBLEMS)
    .flatMap(({ place, expected, found }) =>
      hang('  · ', harmless(`${place}: expected ${expected}, found ${found}`), width),
    );
  const left = problems.length - PROBLEMS;
  return [
    '',
    style.bold('Could not be read'),
    ...shown,
    ...(left > 0 ? [style.dim(`    ${left} more in the JSON`)] : []),
  ];
}
