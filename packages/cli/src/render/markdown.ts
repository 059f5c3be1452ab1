// The report for a ticket or a chat.
import type { Evidence, Hypothesis, Problem, Remediation, Report, ReportIncident } from '@winnow/contracts';
import { harmless } from './layout.ts';
import { certaintyOf, ledgerOf, nameOf, partsOf, reachOf, spanOf, timeOf, verdictOf } from './words.ts';

/** The whole report, with a line break at its end. */
export function renderMarkdown(report: Report): string {
  const lines = [
    '# Winnow report',
    '',
    `**${plain(verdictOf(report))}**${report.asOf ? ` As of ${timeOf(report.asOf)} UTC.` : ''}`,
    ...report.incidents.flatMap((incident) => ['', ...incidentLines(incident, report.asOf)]),
    ...list('## Could not be read', report.problems.map(problemLine)),
    '',
    `_${ledgerOf(report.ledger)}_`,
  ];
  return `${lines.join('\n')}\n`;
}

function incidentLines(incident: ReportIncident, asOf: string): string[] {
  const { cause, others, ruledOut } = partsOf(incident);
  const status = incident.status === 'open' ? '' : ` (${incident.status})`;
  return [
    `## ${incident.severity.toUpperCase()}: ${plain(incident.title)}${status}`,
    '',
    `- **Since** ${spanOf(incident, asOf)}`,
    `- **Reach** ${reachOf(incident.blastRadius)} (${plain(incident.cluster)})`,
    `- **Cause** ${cause ? `${code(nameOf(cause.entity))}: ${cause.mode}, ${certaintyOf(cause)}` : 'not found'}`,
    `- **Id** ${code(incident.id)}${incident.example ? ' (example)' : ''}`,
    ...(cause ? ['', plain(cause.summary)] : []),
    ...list('### Evidence', (cause?.evidence ?? []).map(evidenceLine)),
    ...remedies(cause?.remediation ?? []),
    ...list('### Also possible', others.map(hypothesisLine)),
    ...list('### Ruled out', ruledOut.map(hypothesisLine)),
    ...list(
      '### Seen',
      incident.signals.map((signal) => `${code(nameOf(signal.entity))}: ${signal.count}× ${plain(signal.reason)}`),
    ),
  ];
}

function list(title: string, items: readonly string[]): string[] {
  return items.length > 0 ? ['', title, '', ...items.map((item) => `- ${item}`)] : [];
}

function evidenceLine({ source, ref, quote }: Evidence): string {
  return `${source}: ${plain(ref)}${quote ? `: ${code(quote)}` : ''}`;
}

function remedies(remediation: readonly Remediation[]): string[] {
  if (remediation.length === 0) return [];
  const steps = remediation.flatMap(({ summary, command, risk }, index) => {
    const step = `${index + 1}. ${plain(summary)} (${risk} risk)`;
    const fence = '`'.repeat(longestTicks(command) > 2 ? longestTicks(command) + 1 : 3);
    return command ? [step, '', `   ${fence}sh`, `   ${harmless(command)}`, `   ${fence}`] : [step];
  });
  return ['', '### What to do', '', ...steps];
}

function hypothesisLine(hypothesis: Hypothesis): string {
  return `${code(nameOf(hypothesis.entity))}: ${hypothesis.mode} (${certaintyOf(hypothesis)}). ${plain(hypothesis.summary)}`;
}

function problemLine({ place, expected, found }: Problem): string {
  return `${code(place)}: expected ${plain(expected)}, found ${plain(found)}`;
}

/** Text from a cluster as text: it must not become a link, an image, a mention or a heading. */
function plain(text: string): string {
  return harmless(text)
    .replace(/[\\`*_[\]<>|#~]/g, '\\$&')
    .replace(/@(?=\w)/g, '@\u200b');
}

/** As code, whatever back-ticks it holds. */
function code(text: string): string {
  const clean = harmless(text);
  if (!clean.includes('`')) return `\`${clean}\``;
  const ticks = '`'.repeat(longestTicks(clean) + 1);
  return `${ticks} ${clean} ${ticks}`;
}

function longestTicks(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map((match) => match[0].length));
}
