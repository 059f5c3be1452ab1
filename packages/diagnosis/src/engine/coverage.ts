// How much of an incident a hypothesis explains: symptoms at the blamed entity, and at what depends on it.
import { entityKey, type Severity, symptoms } from '@winnow/contracts';
import type { Candidate } from '../mode.ts';
import { waitsForInit } from '../world/health.ts';
import type { Member, World } from '../world/world.ts';

const weights: Record<Severity, number> = { critical: 4, high: 3, medium: 2, low: 0.5 };
const PER_HOP = 0.95;

/** Share of the incident's symptoms, by severity, that would follow if the candidate were true: 0 to 1. */
export function coverageOf(world: World, candidate: Candidate): number {
  let all = 0;
  let explained = 0;
  for (const member of world.members) {
    const weight = weights[member.signal.severity];
    all += weight;
    explained += weight * explains(world, candidate, member);
  }
  return all === 0 ? 0 : explained / all;
}

export function explains(world: World, candidate: Candidate, member: Member): number {
  const key = entityKey(candidate.entity);
  if (member.key === key) return candidate.explains && !candidate.explains.includes(member.signal.symptom) ? 0.4 : 1;
  if (candidate.victims.has(member.key)) return PER_HOP;
  const way = world.graph.reach(member.key).get(key);
  if (!way) return 0;
  if (!candidate.touches(member.ref)) return 0;
  if (candidate.entity.kind === 'Namespace' && !candidate.harms) return 0;
  if (candidate.harms && !candidate.harms.includes(member.signal.symptom)) return 0;
  if (way.calls && !symptoms[member.signal.symptom].fromCallee && !waitsForOthers(world, member)) return 0;
  return PER_HOP ** way.hops;
}

/** Being Pending comes from a callee only where an init container waits for it. */
function waitsForOthers(world: World, member: Member): boolean {
  return world.workloads.get(member.ref)?.pods.some(waitsForInit) ?? false;
}
