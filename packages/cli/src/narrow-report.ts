import { type Report, type ReportIncident, type Severity, severities } from '@winnow/contracts';

export interface Narrowing {
  readonly namespace?: string;
  readonly minSeverity?: Severity;
}

/** The report with the incidents that are asked for. The verdict and the ledger stay those of the whole. */
export function narrowReport(report: Report, { namespace, minSeverity }: Narrowing): Report {
  const touches = (incident: ReportIncident) =>
    namespace === undefined ||
    [...incident.signals, ...incident.hypotheses].some(
      ({ entity }) => entity.namespace === namespace || (entity.kind === 'Namespace' && entity.name === namespace),
    );
  const weighs = (incident: ReportIncident) =>
    minSeverity === undefined || severities.indexOf(incident.severity) <= severities.indexOf(minSeverity);
  return { ...report, incidents: report.incidents.filter((incident) => touches(incident) && weighs(incident)) };
}
