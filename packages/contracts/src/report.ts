// What `winnow diagnose --json` and `GET /api/v1/incidents` print.
import type { BlastRadius } from './dossier.ts';
import type { EntityRef } from './entity.ts';
import type { Hypothesis } from './finding.ts';
import type { Incident } from './incident.ts';
import type { ClosedBy, Severity } from './signal.ts';

export interface ReportSignal {
  readonly id: string;
  readonly entity: EntityRef;
  readonly reason: string;
  readonly count: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** At most the first and the last ten. */
  readonly observations: readonly string[];
  /** Ids of the silences that ended it. */
  readonly silencedBy?: readonly string[];
}

export interface ReportIncident {
  readonly id: string;
  readonly cluster: string;
  readonly title: string;
  readonly severity: Severity;
  readonly status: 'open' | 'stale' | 'resolved';
  readonly closedBy?: ClosedBy;
  /** A person has taken note of it. */
  readonly acknowledged?: NonNullable<Incident['acknowledged']>;
  readonly openedAt: string;
  readonly updatedAt: string;
  readonly blastRadius: BlastRadius;
  readonly signals: readonly ReportSignal[];
  readonly hypotheses: readonly Hypothesis[];
  /** Recordings only: numbers of the lines whose item opened, changed, repeated or resolved a member. */
  readonly lines?: readonly number[];
  /** It belongs to the bundled example, not to a cluster of the user's. */
  readonly example?: true;
}

export interface Problem {
  readonly place: string;
  readonly expected: string;
  readonly found: string;
}

export interface LedgerTotals {
  readonly received: number;
  readonly signals: number;
  readonly deduplicated: number;
  readonly muted: number;
  readonly shed: number;
  readonly deadLettered: number;
}

export interface Report {
  readonly schema: 'winnow.report/v1';
  readonly clusters: readonly string[];
  /** The last record's time. */
  readonly asOf: string;
  readonly verdict: 'healthy' | 'incidents' | 'unknown';
  readonly incidents: readonly ReportIncident[];
  readonly problems: readonly Problem[];
  readonly ledger: LedgerTotals;
}
