// Where incidents are read: of a Winnow that runs, or of its data where none does.
import type { Dossier, Finding, FleetIncident, Incident, ReportIncident } from '@winnow/contracts';

/** As GET /api/v1/incidents/{id} answers. */
export interface WholeIncident {
  readonly incident: Incident;
  readonly dossier: Dossier | null;
  readonly finding: Finding | null;
  readonly example?: true;
}

export interface IncidentFilter {
  /** All where empty. */
  readonly status: readonly string[];
  readonly cluster: readonly string[];
  readonly namespace: readonly string[];
  readonly severity: readonly string[];
}

export interface Incidents {
  /** In the report's order. @throws CommandFailed where the filter is wrong. */
  list(filter: IncidentFilter): Promise<readonly ReportIncident[]>;
  /** Those of several clusters that go on; absent where nobody can tell. */
  fleet?(): Promise<readonly FleetIncident[]>;
  /** Under the id that it lives on under; undefined where there is none. */
  get(id: string): Promise<WholeIncident | undefined>;
}

export const noFilter: IncidentFilter = { status: [], cluster: [], namespace: [], severity: [] };
