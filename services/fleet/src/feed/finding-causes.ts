// What a diagnosis adds: it says of which kind the cause is, and so which of the things that an incident names is at fault.
import type { FailureModeId, Finding, FleetCause, FleetCauseKind, Hypothesis } from '@winnow/contracts';
import { isOutside } from './names.ts';

/** What is at fault by these modes. */
const atFault: Readonly<Partial<Record<FailureModeId, FleetCauseKind>>> = {
  'image-not-found': 'image',
  'image-pull-auth': 'image',
  'image-wrong-architecture': 'image',
  'image-layer-corrupt': 'image',
  'image-registry-unreachable': 'registry',
  'image-registry-rate-limited': 'registry',
  'certificate-expired': 'certificate-authority',
};

/** What was seen, weighed again by what was found. */
export function reweigh(causes: readonly FleetCause[], finding: Finding | undefined): readonly FleetCause[] {
  const best = finding?.hypotheses.find(({ verdict }) => verdict === 'confirmed' || verdict === 'likely');
  if (!best) return causes;
  const fault = atFault[best.mode];
  const weighed = causes.flatMap((cause) => again(cause, fault, best));
  const { entity } = best;
  if (entity.kind !== 'Host' || !isOutside(entity.name)) return weighed;
  return [{ kind: 'host', key: entity.name.toLowerCase(), weight: 0.8, why: best.summary }, ...weighed];
}

function again(cause: FleetCause, fault: FleetCauseKind | undefined, best: Hypothesis): FleetCause[] {
  if (fault === undefined) {
    // Another cause is certain: what only hints at one is explained.
    return best.verdict === 'confirmed' && cause.kind === 'image' && cause.weight < 0.5 ? [] : [cause];
  }
  if (cause.kind === fault) return [{ ...cause, weight: Math.max(cause.weight, 0.9 * Math.max(best.confidence, 0.5)) }];
  const isOther = (fault === 'registry' && cause.kind === 'image') || (fault === 'image' && cause.kind === 'registry');
  return [isOther ? { ...cause, weight: Math.min(cause.weight, 0.3) } : cause];
}
