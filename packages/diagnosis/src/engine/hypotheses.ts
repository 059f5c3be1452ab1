// From ranked candidates to hypotheses in the report's words.
import { categoryOf, type Evidence, type Hypothesis, type Verdict } from '@winnow/contracts';
import type { Clue } from '../clue.ts';
import type { Candidate } from '../mode.ts';
import type { Ranked } from './rank.ts';

const MOST = 5;
const MOST_RULED_OUT = 3;
const MOST_EVIDENCE = 8;
/** Below this a hypothesis against which something speaks is ruled out, and one without is not worth a line. */
const NEGLIGIBLE = 0.2;
/** Confidence is never certainty. */
const CEILING = 0.98;

export function toHypotheses(ranked: readonly Ranked[]): readonly Hypothesis[] {
  const standing = ranked.filter((each) => each.score >= NEGLIGIBLE).slice(0, MOST);
  const best = standing[0]?.candidate;
  const fallen = ranked
    .filter((each) => each.score < NEGLIGIBLE && each.against.length > 0 && each.candidate !== best)
    .filter((each) => isUsualSuspect(each.candidate))
    .slice(0, MOST_RULED_OUT);
  return [...standing.map(standingOf), ...fallen.map(ruledOut)];
}

/** Only what would be thought of first is worth a word why it is not: it was believed before the evidence against it. */
function isUsualSuspect(candidate: Candidate): boolean {
  return !candidate.guess && candidate.before >= 0.4;
}

function standingOf(each: Ranked): Hypothesis {
  const { candidate, score } = each;
  return {
    ...common(candidate, evidenceOf(candidate.supporting)),
    confidence: rounded(score),
    verdict: verdictOf(score),
    summary: sentences(candidate.summary, candidate.supporting),
  };
}

function ruledOut(each: Ranked): Hypothesis {
  const reasons = [...each.against].sort((a, b) => b.weight - a.weight);
  return {
    ...common(each.candidate, evidenceOf(reasons)),
    confidence: rounded(each.score),
    verdict: 'ruled-out',
    summary: `Not that ${each.candidate.headline}: ${reasons[0]?.says ?? 'the evidence speaks against it'}.`,
    remediation: [],
  };
}

function common(candidate: Candidate, evidence: readonly Evidence[]) {
  return {
    entity: candidate.entity,
    mode: candidate.id,
    category: categoryOf(candidate.id),
    evidence: [...evidence],
    remediation: [...candidate.remediation],
  };
}

function verdictOf(score: number): Verdict {
  if (score >= 0.85) return 'confirmed';
  return score >= 0.6 ? 'likely' : 'possible';
}

function rounded(score: number): number {
  return Math.round(Math.min(score, CEILING) * 100) / 100;
}

function evidenceOf(clues: readonly Clue[]): readonly Evidence[] {
  const seen = new Set<string>();
  return clues
    .flatMap((each) => each.evidence)
    .filter((each) => {
      const key = `${each.ref}|${each.quote}`;
      const isNew = !seen.has(key);
      seen.add(key);
      return isNew;
    })
    .slice(0, MOST_EVIDENCE);
}

/** The mode's own sentence, and the two strongest reasons for it. */
function sentences(summary: string, clues: readonly Clue[]): string {
  const reasons = clues
    .filter((each) => each.says !== '' && each.weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, 2)
    .map((each) => each.says);
  return reasons.length === 0 ? summary : `${summary} ${capital(reasons.join('; '))}.`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
