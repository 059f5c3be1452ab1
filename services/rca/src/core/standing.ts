// A cause that was found stands while its victims still recover: who looks when the cause is mended sees less of it, and knows less.
import type { Dossier, Finding } from '@winnow/contracts';

/** The last finding that was sure of its cause. */
export interface Standing {
  /** When its dossier was composed, RFC 3339. */
  readonly at: string;
  /** The signals that it explained: those that had not ended. */
  readonly explained: readonly string[];
}

/** Milliseconds that a finding stands against poorer ones: back-offs of crashing containers are over by then. */
const STANDS = 10 * 60_000;

/** The members of an incident that have not ended. */
export function livingOf({ incident }: Dossier): readonly string[] {
  return incident.members.filter(({ signal }) => signal.status !== 'resolved').map(({ signal }) => signal.id);
}

const isSure = ({ hypotheses: [first] }: Finding): boolean =>
  first?.verdict === 'confirmed' || first?.verdict === 'likely';

/** What stands after a finding about these signals. */
export function standingOf(finding: Finding, living: readonly string[]): Standing | undefined {
  return isSure(finding) ? { at: finding.at, explained: living } : undefined;
}

/** True where some of what was explained has ended since, nothing has joined, and the new finding is sure of nothing. */
export function isPoorer(finding: Finding, living: readonly string[], standing: Standing | undefined): boolean {
  if (!standing || isSure(finding) || Date.parse(finding.at) - Date.parse(standing.at) >= STANDS) return false;
  return living.length < standing.explained.length && living.every((id) => standing.explained.includes(id));
}
