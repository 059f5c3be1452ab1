import type { Dossier, Finding } from '@winnow/contracts';

/** Turns a dossier into a finding: the deterministic engine, alone or with model agents. */
export interface Investigator {
  /** @throws where the investigation itself fails; an incident that nothing explains is a finding without hypotheses. */
  investigate(dossier: Dossier, signal: AbortSignal): Promise<Finding>;
}
