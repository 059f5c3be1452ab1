import { type Dossier, type Finding, type Incident, topics } from '@winnow/contracts';
import { harmless } from '../render/layout.ts';
import { certaintyOf, nameOf, timeOf } from '../render/words.ts';
import type { FlowRecords } from './records.ts';

type Member = Incident['members'][number];

/** Why these signals are one incident, where its root may be, what was looked up, what was found; undefined where nothing is known of it. */
export function explainIncident(id: string, records: FlowRecords): string[] | undefined {
  const incident = records.latest(topics.incidents.name, id)?.value as Incident | null | undefined;
  if (!incident) return undefined;
  if (incident.mergedInto) {
    return [
      `incident ${id} was found to be one with ${incident.mergedInto} and lives on there`,
      '',
      ...(explainIncident(incident.mergedInto, records) ?? []),
    ];
  }
  const dossier = records.latest(topics.dossiers.name, id)?.value as Dossier | null | undefined;
  const finding = records.latest(topics.findings.name, id)?.value as Finding | null | undefined;
  return [
    `incident ${id}: ${finding ? harmless(finding.title) : 'not diagnosed yet'} (${incident.severity}, ${incident.status}${incident.closedBy ? `, ${incident.closedBy}` : ''})`,
    `  cluster ${harmless(incident.cluster)}, opened ${timeOf(incident.openedAt)}, changed ${timeOf(incident.updatedAt)} UTC, revision ${incident.revision}, trace ${incident.traceId}`,
    '',
    'members, and why each is here:',
    ...incident.members.flatMap((member) => [
      `  ${member.signal.id} ${nameOf(member.signal.entity)}: ${harmless(member.signal.reason)} (${member.signal.status})`,
      `    ${memberLine(member)}`,
      `    ${harmless(member.signal.why)}`,
    ]),
    ...(incident.roots.length > 0 ? ['', 'where the graph puts the root:'] : []),
    ...incident.roots.map((root) => `  ${nameOf(root.entity)} (${root.score.toFixed(2)}): ${harmless(root.why)}`),
    ...lookupLines(dossier ?? undefined),
    ...findingLines(finding ?? undefined),
  ];
}

/** `through sig-… by rule “…” (0.80) over A -calls-> B`. */
export function memberLine({ why }: Member): string {
  const through = why.through ? ` through ${why.through}` : '';
  const path = why.path.length > 0 ? ` over ${why.path.map(harmless).join(' ')}` : '';
  return `${harmless(why.rule)}${through} (${why.score.toFixed(2)})${path}`;
}

function lookupLines(dossier: Dossier | undefined): string[] {
  if (!dossier) return ['', 'its context has not been gathered yet'];
  const lookups = dossier.lookups.map(({ kind, status, subject, message }) => {
    const about = subject ? ` of ${nameOf(subject)}` : '';
    return `  ${kind}${about}: ${status}${message ? ` (${harmless(message)})` : ''}`;
  });
  const has = `${dossier.objects.length} objects, ${dossier.edges.length} edges, ${dossier.changes.length} changes, ${dossier.events.length} events, ${dossier.logs.length} logs`;
  return ['', `looked up for revision ${dossier.incident.revision} (${has}):`, ...lookups];
}

function findingLines(finding: Finding | undefined): string[] {
  if (!finding) return ['', 'it has not been diagnosed yet'];
  if (finding.hypotheses.length === 0)
    return ['', `diagnosis of revision ${finding.revision}: nothing that is known explains it`];
  return [
    '',
    `diagnosis of revision ${finding.revision}:`,
    ...finding.hypotheses.flatMap((each) => [
      `  ${nameOf(each.entity)}: ${each.mode} (${certaintyOf(each)})`,
      `    ${harmless(each.summary)}`,
      ...each.evidence.map(({ source, ref, quote }) => `    ${source}: ${harmless(ref)}: ${harmless(quote)}`),
    ]),
  ];
}
