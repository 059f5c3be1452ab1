// The order in which a report lists things: the same for the command line, the HTTP API and its cursors.
import {
  entityKey,
  type Hypothesis,
  type ReportIncident,
  type ReportSignal,
  type Severity,
  severities,
} from '@winnow/contracts';

const statuses = ['open', 'stale', 'resolved'] as const;
type Ordered = Pick<ReportIncident, 'status' | 'severity' | 'openedAt' | 'id'>;

/** Open before stale before resolved, then by severity, then the oldest first. */
export function compareIncidents(a: Ordered, b: Ordered): number {
  return (
    statuses.indexOf(a.status) - statuses.indexOf(b.status) ||
    rankOf(a.severity) - rankOf(b.severity) ||
    compareTexts(a.openedAt, b.openedAt) ||
    compareTexts(a.id, b.id)
  );
}

/** By firstSeen, then id. */
export function compareSignals(a: ReportSignal, b: ReportSignal): number {
  return compareTexts(a.firstSeen, b.firstSeen) || compareTexts(a.id, b.id);
}

/** The surest first, then by entity; what is ruled out last. */
export function compareHypotheses(a: Hypothesis, b: Hypothesis): number {
  return (
    Number(a.verdict === 'ruled-out') - Number(b.verdict === 'ruled-out') ||
    b.confidence - a.confidence ||
    compareTexts(entityKey(a.entity), entityKey(b.entity)) ||
    compareTexts(a.mode, b.mode)
  );
}

const rankOf = (severity: Severity) => severities.indexOf(severity);
export const compareTexts = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
