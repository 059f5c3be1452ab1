// What of an incident a notification tells: folded from its revisions, dossiers and findings, and bounded.
import {
  type BlastRadius,
  blastRadiusOf,
  type Dossier,
  type EntityRef,
  type Evidence,
  entityKey,
  type Finding,
  type Hypothesis,
  type Incident,
  leadingSignal,
  type Remediation,
  type Severity,
  titleOf,
  workloadKinds,
} from '@winnow/contracts';

export interface Subject {
  readonly id: string;
  readonly tenant: string;
  readonly cluster: string;
  readonly traceId: string;
  readonly openedAt: string;
  revision: number;
  status: Incident['status'];
  closedBy?: Incident['closedBy'];
  /** The incident that it lives on in. */
  mergedInto?: string | undefined;
  /** When it was over. */
  endedAt?: string | undefined;
  severity: Severity;
  /** How many workloads are among its members. */
  workloads: number;
  /** What is told while there is no finding. */
  seen: Seen;
  blastRadius: BlastRadius;
  explained?: Explained;
}

export interface Seen {
  readonly entity: EntityRef | undefined;
  readonly symptom: string;
  readonly title: string;
  readonly message: string;
}

/** The latest finding. */
export interface Explained {
  readonly revision: number;
  readonly title: string;
  /** The first that is not ruled out. */
  readonly cause?: Cause;
}

export interface Cause extends Pick<Hypothesis, 'entity' | 'mode' | 'verdict' | 'confidence' | 'summary'> {
  readonly evidence: readonly Evidence[];
  readonly remediation: readonly Remediation[];
}

/** A subject as this revision shows it, with what was known of the incident before; undefined where the revision is an old one. */
export function withIncident(incident: Incident, known: Subject | undefined): Subject | undefined {
  if (known && known.revision > incident.revision) return undefined;
  const { id, tenant, cluster, traceId, openedAt, revision, status, severity, closedBy, mergedInto } = incident;
  const isOver = status === 'resolved' || mergedInto !== undefined;
  return {
    ...{ id, tenant, cluster, traceId, openedAt, revision, status, severity },
    ...(closedBy && { closedBy }),
    ...(mergedInto !== undefined && { mergedInto }),
    ...(isOver && { endedAt: known?.endedAt ?? incident.updatedAt }),
    workloads: countWorkloads(incident),
    seen: seenOf(incident),
    blastRadius: known?.blastRadius ?? blastRadiusOf(incident),
    ...(known?.explained && { explained: known.explained }),
  };
}

function countWorkloads({ members }: Incident): number {
  const entities = members.map(({ signal }) => signal.entity).filter(({ kind }) => workloadKinds.has(kind));
  return new Set(entities.map(entityKey)).size;
}

function seenOf(incident: Incident): Seen {
  const leading = leadingSignal(incident);
  return {
    entity: leading?.entity,
    symptom: leading?.symptom ?? 'other',
    title: titleOf(incident),
    message: (leading?.messages[0] ?? '').slice(0, 300),
  };
}

/** At most so many pieces of evidence and remedies: a message is read on a phone. */
const EVIDENCE = 3;
const REMEDIES = 2;

/** Takes a finding in; false where it is an old one. */
export function explain(subject: Subject, { revision, title, hypotheses }: Finding): boolean {
  if (subject.explained && subject.explained.revision > revision) return false;
  const cause = hypotheses.find(({ verdict }) => verdict !== 'ruled-out');
  subject.explained = { revision, title, ...(cause && { cause: causeOf(cause) }) };
  return true;
}

function causeOf({ entity, mode, verdict, confidence, summary, evidence, remediation }: Hypothesis): Cause {
  return {
    ...{ entity, mode, verdict, confidence, summary },
    evidence: evidence.slice(0, EVIDENCE),
    remediation: remediation.slice(0, REMEDIES),
  };
}

/** A dossier knows whom an incident harms besides its members. */
export function reach(subject: Subject, { blastRadius }: Dossier): void {
  subject.blastRadius = blastRadius;
}

export const isOver = ({ status, mergedInto }: Subject): boolean => status === 'resolved' || mergedInto !== undefined;

/** Whom a notification names: whose fault it is, else who shows it. */
export const rootOf = ({ explained, seen }: Subject): EntityRef | undefined => explained?.cause?.entity ?? seen.entity;
