// An incident as an Alertmanager webhook of version 4: one group that holds one alert, in the words of somebody who was woken up.
import { type BlastRadius, type EntityRef, hash64 } from '@winnow/contracts';
import { isOver, rootOf, type Subject } from './subject.ts';

type Texts = Readonly<Record<string, string>>;

export interface WebhookAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Texts;
  readonly annotations: Texts;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly fingerprint: string;
}

export interface Webhook {
  readonly version: '4';
  readonly groupKey: string;
  readonly truncatedAlerts: number;
  readonly receiver: string;
  readonly status: 'firing' | 'resolved';
  readonly alerts: readonly WebhookAlert[];
  readonly groupLabels: Texts;
  readonly commonLabels: Texts;
  readonly commonAnnotations: Texts;
  readonly externalURL: string;
}

/** What Alertmanager gives as the end of what has none. */
const NO_END = '0001-01-01T00:00:00Z';

/** Labels that routes can match: the same for the same diagnosis. */
export function labelsOf(subject: Subject): Texts {
  const root = rootOf(subject);
  return {
    alertname: subject.explained?.cause?.mode ?? subject.seen.symptom,
    severity: subject.severity,
    cluster: subject.cluster,
    ...(subject.tenant !== 'default' && { tenant: subject.tenant }),
    ...(root && { ...(root.namespace && { namespace: root.namespace }), kind: root.kind, name: root.name }),
    incident: subject.id,
  };
}

/** @param externalUrl where people reach Winnow, without a slash at its end. */
export function webhookOf(subject: Subject, labels: Texts, externalUrl: string): Webhook {
  const status = isOver(subject) ? 'resolved' : 'firing';
  const annotations = annotationsOf(subject);
  const { alertname = '', cluster = '' } = labels;
  return {
    version: '4',
    groupKey: `{}:{incident="${subject.id}"}`,
    truncatedAlerts: 0,
    receiver: 'winnow',
    status,
    alerts: [
      {
        status,
        labels,
        annotations,
        startsAt: subject.openedAt,
        endsAt: status === 'resolved' ? (subject.endedAt ?? subject.openedAt) : NO_END,
        generatorURL: `${externalUrl}/api/v1/incidents/${subject.id}`,
        fingerprint: hash64(subject.id),
      },
    ],
    groupLabels: { alertname, cluster, incident: subject.id },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: externalUrl,
  };
}

function annotationsOf(subject: Subject): Texts {
  const remediation = remediationOf(subject);
  return {
    summary: bounded(subject.explained?.title || subject.seen.title, 300),
    description: bounded(descriptionOf(subject).join('\n'), 2_000),
    ...(remediation && !isOver(subject) && { remediation: bounded(remediation, 1_000) }),
  };
}

function descriptionOf(subject: Subject): readonly string[] {
  const cause = subject.explained?.cause;
  if (isOver(subject)) return [endOf(subject), ...(cause ? [cause.summary] : [])];
  const evidence = (cause?.evidence ?? []).map(({ source, ref, quote }) => `- ${source} ${ref}: ${oneLine(quote)}`);
  return [
    ...(cause ? [cause.summary, sureness(cause)] : [unexplained(subject)]),
    ...(evidence.length > 0 ? ['Evidence:', ...evidence] : []),
    `Reach: ${reachOf(subject.blastRadius)} (${subject.cluster}).`,
    `Incident: ${subject.id}, since ${subject.openedAt}.`,
  ];
}

function sureness({ verdict, confidence }: { readonly verdict: string; readonly confidence: number }): string {
  return `Root cause ${verdict}, ${Math.round(confidence * 100)} %.`;
}

function unexplained({ explained, seen }: Subject): string {
  const told = explained ? 'No cause was found.' : 'Not explained yet.';
  return `${told} Seen: ${seen.title}${seen.message ? `: ${oneLine(seen.message)}` : ''}`;
}

function endOf({ id, mergedInto, closedBy, endedAt = '' }: Subject): string {
  if (mergedInto !== undefined) return `Incident ${id} turned out to be part of ${mergedInto}, which goes on.`;
  const ends = {
    recovered: 'it recovered',
    deleted: 'its objects were deleted',
    timeout: 'it was not reported again',
    expired: 'it grew too old',
    operator: 'somebody closed it',
  };
  return `Incident ${id} is over since ${endedAt}: ${ends[closedBy ?? 'recovered']}.`;
}

function remediationOf({ explained }: Subject): string {
  const remedies = explained?.cause?.remediation ?? [];
  return remedies
    .map(({ summary, command, risk }, at) => `${at + 1}. ${summary} (${risk} risk)${command ? `: ${command}` : ''}`)
    .join('\n');
}

function reachOf({ scope, workloads, namespaces, nodes }: BlastRadius): string {
  const parts = [count(workloads, 'workload'), count(namespaces, 'namespace'), count(nodes, 'node')];
  return [scope, ...parts.filter((part) => !part.startsWith('0 '))].join(', ');
}

const count = (n: number, one: string) => `${n} ${n === 1 ? one : `${one}s`}`;
const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();
const bounded = (text: string, most: number) => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);

/** `Deployment shop/cart`. */
export function nameOf({ kind, namespace, name }: EntityRef): string {
  return namespace ? `${kind} ${namespace}/${name}` : `${kind} ${name}`;
}
