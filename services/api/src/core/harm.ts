// Whether an incident that is over harmed anybody. A capture does not list one that did not: it is no incident at all.
import { type Incident, livingSignals, symptoms } from '@winnow/contracts';

/** Sources by which somebody other than Kubernetes complained. */
const complaints: ReadonlySet<string> = new Set(['alertmanager.webhook', 'alertmanager.alerts', 'pagerduty.webhook']);

/**
 * True where a resolved incident left no trace of harm: nobody complained, nothing was critical, nothing besides the one workload
 * was touched, and every symptom is of the kind that a start, a rollout or a retry shows in passing.
 */
export function harmedNobody(incident: Incident): boolean {
  if (incident.status !== 'resolved' || (incident.closedBy !== 'recovered' && incident.closedBy !== 'deleted'))
    return false;
  const signals = livingSignals(incident);
  const entities = new Set(signals.map(({ entity }) => `${entity.namespace}/${entity.name}`));
  return (
    entities.size <= 1 &&
    incident.severity !== 'critical' &&
    signals.every(({ sources, symptom }) => !sources.some((source) => complaints.has(source)) && passes(symptom))
  );
}

/** What has to last before it counts, and what is of medium weight, may pass. */
function passes(symptom: keyof typeof symptoms): boolean {
  const { settle, severity } = symptoms[symptom];
  return settle > 0 || severity === 'medium' || severity === 'low';
}
