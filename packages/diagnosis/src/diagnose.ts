// The engine: a dossier's evidence → every mode weighed everywhere → the few hypotheses that explain the incident.
import type { Dossier, Finding } from '@winnow/contracts';
import { placeOf } from './clue.ts';
import { toHypotheses } from './engine/hypotheses.ts';
import { rank } from './engine/rank.ts';
import { modes } from './registry.ts';
import { readWorld } from './world/world.ts';

/**
 * The ranked, evidence-cited diagnosis of one incident revision: best first, ruled-out last, empty where nothing explains it.
 * A pure function of the dossier.
 */
export function diagnose(dossier: Dossier): Finding {
  const world = readWorld(dossier);
  const ranked = rank(
    world,
    modes.flatMap((mode) => mode.weigh(world)),
  );
  const hypotheses = toHypotheses(ranked);
  const best = hypotheses[0]?.verdict === 'ruled-out' ? undefined : ranked[0]?.candidate;
  return {
    schema: 1,
    tenant: dossier.tenant,
    cluster: dossier.cluster,
    at: dossier.at,
    incident: dossier.incident.id,
    revision: dossier.incident.revision,
    title: best ? `${placeOf(best.entity)}: ${best.headline}` : unexplained(dossier),
    hypotheses: [...hypotheses],
  };
}

function unexplained(dossier: Dossier): string {
  const first = dossier.incident.members[0]?.signal;
  return first ? `${placeOf(first.entity)}: ${first.reason}, cause not seen` : 'Nothing to explain';
}
