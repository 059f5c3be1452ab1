// One incident as it is read at 3 a.m.: what, since when, how far, why, what shows it, what to do, what it is not.
import type { Evidence, Hypothesis, Remediation, ReportIncident, ReportSignal } from '@winnow/contracts';
import { hang, harmless, wrap } from './layout.ts';
import { createStyle, type Screen, type Style } from './style.ts';
import { certaintyOf, nameOf, partsOf, reachOf, spanOf, timeOf } from './words.ts';

/** At most so many members and pieces of evidence; JSON has them all. */
const MEMBERS = 8;
const EVIDENCE = 6;

export interface TextOptions extends Screen {
  /** The time that durations reach to. */
  readonly asOf: string;
}

export function renderIncident(incident: ReportIncident, options: TextOptions): string[] {
  const style = createStyle(options.coloured);
  const { cause, others, ruledOut } = partsOf(incident);
  return [
    ...headline(incident, style, options.width),
    '',
    ...facts(incident, cause, style, options),
    ...why(cause, style, options.width),
    ...section('Evidence', style, evidenceLines(cause?.evidence ?? [], style, options.width)),
    ...section('What to do', style, remedyLines(cause?.remediation ?? [], style, options.width)),
    ...section(
      'Also possible',
      style,
      others.flatMap((each) => hypothesisLines(each, '○', style, options.width)),
    ),
    ...section(
      'Ruled out',
      style,
      ruledOut.flatMap((each) => hypothesisLines(each, '✗', style, options.width)),
    ),
    ...section('Seen', style, memberLines(incident.signals, style, options)),
  ];
}

function headline(incident: ReportIncident, style: Style, width: number): string[] {
  const word = incident.severity.toUpperCase();
  const marks = [incident.status === 'open' ? '' : incident.status, incident.example ? 'example' : ''].filter(Boolean);
  const first = `● ${word}  `;
  const title = harmless(incident.title) + (marks.length > 0 ? ` (${marks.join(', ')})` : '');
  return hang(first, title, width).map((line, index) =>
    index === 0
      ? style.severity(incident.severity, first) + style.bold(line.slice(first.length))
      : ' '.repeat(first.length) + style.bold(line.trimStart()),
  );
}

function facts(incident: ReportIncident, cause: Hypothesis | undefined, style: Style, options: TextOptions): string[] {
  const rows: readonly (readonly [string, string])[] = [
    ['since', spanOf(incident, options.asOf)],
    ['reach', `${reachOf(incident.blastRadius)} (${harmless(incident.cluster)})`],
    ['cause', cause ? `${nameOf(cause.entity)}: ${cause.mode} (${certaintyOf(cause)})` : 'not found'],
    ['id', incident.id],
  ];
  return rows.flatMap(([label, text]) =>
    hang(`  ${label.padEnd(7)}`, text, options.width).map((line) => style.dim(line.slice(0, 9)) + line.slice(9)),
  );
}

function why(cause: Hypothesis | undefined, style: Style, width: number): string[] {
  if (!cause) return [];
  return section(
    'Why',
    style,
    wrap(harmless(cause.summary), width - 4).map((line) => `    ${line}`),
  );
}

function section(title: string, style: Style, lines: readonly string[]): string[] {
  return lines.length > 0 ? ['', `  ${style.bold(title)}`, ...lines] : [];
}

function evidenceLines(evidence: readonly Evidence[], style: Style, width: number): string[] {
  const shown = evidence
    .slice(0, EVIDENCE)
    .flatMap(({ source, ref, quote }) => [
      ...hang('    ▸ ', `${source}: ${harmless(ref)}`, width),
      ...hang('      ', harmless(quote), width).map(style.dim),
    ]);
  return [...shown, ...more(evidence.length - EVIDENCE, 'more in the JSON', style)];
}

/** Commands stand alone on their line, unbroken, to be copied. */
function remedyLines(remedies: readonly Remediation[], style: Style, width: number): string[] {
  return remedies.flatMap(({ summary, command, risk }, index) => [
    ...hang(`    ${index + 1}. `, `${harmless(summary)} (${risk} risk)`, width),
    ...(command ? [`       ${style.command(harmless(command))}`] : []),
  ]);
}

function hypothesisLines(hypothesis: Hypothesis, mark: string, style: Style, width: number): string[] {
  const sure = hypothesis.verdict === 'ruled-out' ? '' : ` (${certaintyOf(hypothesis)})`;
  return [
    ...hang(`    ${mark} `, `${nameOf(hypothesis.entity)}: ${hypothesis.mode}${sure}`, width),
    ...hang('      ', harmless(hypothesis.summary), width).map(style.dim),
  ];
}

function memberLines(signals: readonly ReportSignal[], style: Style, { width, asOf }: TextOptions): string[] {
  const shown = signals.slice(0, MEMBERS).flatMap((signal) => {
    const times = signal.count > 1 ? `${signal.count}× ` : '';
    const last = signal.lastSeen > signal.firstSeen ? ` to ${timeOf(signal.lastSeen, asOf)}` : '';
    return hang(
      '    · ',
      `${nameOf(signal.entity)}: ${times}${harmless(signal.reason)}, ${timeOf(signal.firstSeen, asOf)}${last}`,
      width,
    );
  });
  return [...shown, ...more(signals.length - MEMBERS, 'more', style)];
}

function more(left: number, words: string, style: Style): string[] {
  return left > 0 ? [style.dim(`      ${left} ${words}`)] : [];
}
