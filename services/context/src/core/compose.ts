// The dossier: all answers, narrowed to what is near the incident, within the budget, with what was left out said.
import {
  blastRadiusOf,
  type Change,
  type Checks,
  type Dossier,
  type EventItem,
  entityKey,
  type Incident,
  type LogExcerpt,
  type MetricSeries,
} from '@winnow/contracts';
import { DOSSIER_CHARACTERS, MAX_CHANGES, MAX_CHECKS, SECTION_CHARACTERS } from './budget.ts';
import { relevantEvents } from './events.ts';
import { boundExcerpts } from './excerpts.ts';
import { type Answer, valuesOf } from './investigation.ts';
import { type LeftOut, lookupsOf } from './lookup-notes.ts';
import { membersOf } from './questions.ts';
import { reachOf } from './reach.ts';
import { refOf } from './select-objects.ts';
import { relevantSeries } from './series.ts';
import { noSurroundings, type Surroundings } from './surroundings.ts';
import { takeWithin } from './within.ts';

/** @param at RFC 3339: when the last of the answers was in, on the clock of the records. */
export function composeDossier(incident: Incident, at: string, answers: readonly Answer[]): Dossier {
  const around = valuesOf<Surroundings>(answers, 'objects')[0] ?? noSurroundings;
  const keys = new Set([...membersOf(incident), ...around.objects.map(({ object }) => entityKey(refOf(object)))]);
  const objects = takeWithin(
    around.objects.map(({ object }) => object),
    SECTION_CHARACTERS.objects,
  );
  const edges = takeWithin(around.edges, SECTION_CHARACTERS.edges);
  const changes = takeWithin(
    newestFirst(valuesOf<readonly Change[]>(answers, 'changes').flat()),
    SECTION_CHARACTERS.changes,
  );
  const events = relevantEvents(valuesOf<readonly EventItem[]>(answers, 'events').flat(), keys, membersOf(incident));
  const logs = boundExcerpts(valuesOf<readonly LogExcerpt[]>(answers, 'logs').flat());
  const used = objects.used + edges.used + changes.used + JSON.stringify([events.kept, logs]).length;
  const left = DOSSIER_CHARACTERS - SECTION_CHARACTERS.checks - used;
  const series = relevantSeries(
    valuesOf<readonly MetricSeries[]>(answers, 'metrics').flat(),
    keys,
    Math.max(SECTION_CHARACTERS.metrics, left),
  );
  const leftOut: LeftOut = {
    objects: around.leftOut + objects.leftOut,
    edges: edges.leftOut,
    changes: changes.leftOut,
    events: events.leftOut,
    metrics: series.leftOut,
  };
  return {
    schema: 1,
    tenant: incident.tenant,
    cluster: incident.cluster,
    at,
    incident,
    blastRadius: blastRadiusOf(incident, reachOf(incident, around)),
    objects: [...objects.kept],
    edges: [...edges.kept],
    changes: [...changes.kept],
    events: [...events.kept],
    logs: [...logs],
    metrics: [...series.kept],
    checks: boundChecks(valuesOf<Checks>(answers, 'checks')[0]),
    lookups: lookupsOf(answers, leftOut),
  };
}

function newestFirst(changes: readonly Change[]): readonly Change[] {
  const distinct = [...new Map(changes.map((change) => [change.id, change])).values()];
  return distinct.sort((a, b) => (a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at < b.at ? 1 : -1)).slice(0, MAX_CHANGES);
}

/** Failed checks first: those are what checks are for. */
function boundChecks(checks: Checks | undefined): Checks {
  const connectivity = (checks?.connectivity ?? [])
    .toSorted((a, b) => Number(a.ok) - Number(b.ok))
    .slice(0, MAX_CHECKS);
  const nodeServices = (checks?.nodeServices ?? [])
    .toSorted((a, b) => Number(a.active) - Number(b.active))
    .slice(0, MAX_CHECKS);
  return {
    connectivity: [...takeWithin(connectivity, SECTION_CHARACTERS.checks).kept],
    nodeServices: [...takeWithin(nodeServices, SECTION_CHARACTERS.checks).kept],
  };
}
