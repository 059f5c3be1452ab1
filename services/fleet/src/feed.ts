// The stage beside those of a cluster's partition: of each incident, what other clusters may share, told to the partition of its tenant.
import {
  type Dossier,
  type Finding,
  type FleetCause,
  type FleetInput,
  fleetCauseKinds,
  hash64,
  type Incident,
  partitionOfTenant,
  titleOf,
  topics,
} from '@winnow/contracts';
import {
  createDueTimes,
  type DueTimes,
  jsonTable,
  type LogRecord,
  nothing,
  type Outcome,
  type Stage,
  type Table,
} from '@winnow/stream';
import { causesOfDossier } from './feed/dossier-causes.ts';
import { reweigh } from './feed/finding-causes.ts';
import { causesOfIncident } from './feed/incident-causes.ts';

/** What is known of one incident, as far as it was told. */
interface Known {
  readonly head?: Head;
  readonly named?: readonly FleetCause[];
  readonly shown?: readonly FleetCause[];
  readonly finding?: Pick<Finding, 'title' | 'hypotheses' | 'revision'>;
  /** `at` of the latest record. */
  readonly at: string;
  /** Hash of what was told last. */
  readonly told?: string;
}

type Head = Omit<FleetInput, 'schema' | 'at' | 'causes'>;

export interface FeedState {
  /** By tenant/cluster|incident. */
  readonly known: Table<Known>;
  /** When what is over is let go, milliseconds. */
  readonly due: DueTimes;
}

/** Milliseconds after which what is over is let go: what comes of it later is another incident. */
const KEPT = 3_600_000;

/** @param partitions of every topic. */
export function fleetFeedStage({ partitions }: { readonly partitions: number }): Stage<FeedState> {
  return {
    name: 'fleet-feed',
    version: 1,
    inputs: [topics.incidents.name, topics.dossiers.name, topics.findings.name],
    tables: { known: 'json' },
    open: (tables) => openFeed(jsonTable<Known>(tables, 'known')),
    decide: (state, record) => decide(state, record, partitions),
  };
}

const keyOf = (of: { readonly tenant: string; readonly cluster: string }, id: string) =>
  `${of.tenant}/${of.cluster}|${id}`;

function openFeed(known: Table<Known>): FeedState {
  const due = createDueTimes();
  for (const [key, each] of known.entries()) if (isOver(each)) due.note(key, Date.parse(each.at) + KEPT);
  return { known, due };
}

const isOver = ({ head }: Known) => head === undefined || head.status === 'resolved';

function decide(state: FeedState, record: LogRecord, partitions: number): Outcome {
  if (record.value === null) return nothing;
  if (record.topic === topics.incidents.name) return takeIncident(state, record.value as Incident, partitions);
  if (record.topic === topics.dossiers.name) return takeDossier(state, record.value as Dossier, partitions);
  return takeFinding(state, record.value as Finding, partitions);
}

function forgetOld({ known, due }: FeedState, now: number): void {
  for (const key of due.take(now)) {
    const each = known.get(key);
    if (!each || !isOver(each)) continue;
    if (Date.parse(each.at) + KEPT <= now) known.delete(key);
    else due.note(key, Date.parse(each.at) + KEPT);
  }
}

function takeIncident(state: FeedState, incident: Incident, partitions: number): Outcome {
  const key = keyOf(incident, incident.id);
  const known = state.known.get(key);
  if ((known?.head?.revision ?? 0) > incident.revision) return nothing;
  const at = incident.updatedAt;
  return tell(
    state,
    key,
    { ...known, at, head: headOf(incident), named: tidy(causesOfIncident(incident)) },
    partitions,
  );
}

function takeDossier(state: FeedState, dossier: Dossier, partitions: number): Outcome {
  const key = keyOf(dossier, dossier.incident.id);
  const known = state.known.get(key);
  return tell(state, key, { ...known, at: dossier.at, shown: tidy(causesOfDossier(dossier)) }, partitions);
}

function takeFinding(state: FeedState, finding: Finding, partitions: number): Outcome {
  const key = keyOf(finding, finding.incident);
  const known = state.known.get(key);
  const { title, hypotheses, revision } = finding;
  if ((known?.finding?.revision ?? 0) > revision) return nothing;
  const kept = {
    title,
    revision,
    hypotheses: hypotheses.slice(0, 1).map((each) => ({ ...each, evidence: [], remediation: [] })),
  };
  return tell(state, key, { ...known, at: finding.at, finding: kept }, partitions);
}

function headOf(incident: Incident): Head {
  const { tenant, cluster, id, revision, status, mergedInto, severity, openedAt } = incident;
  const head = { tenant, cluster, incident: id, revision, status, severity, openedAt, title: titleOf(incident) };
  return mergedInto === undefined ? head : { ...head, mergedInto };
}

/** Puts out what a fleet needs to know, where that has changed. */
function tell(state: FeedState, key: string, known: Known, partitions: number): Outcome {
  const { head, named = [], shown = [], finding, at } = known;
  const causes = reweigh(tidy([...named, ...shown]), finding as Finding | undefined);
  const said = head && { ...head, title: finding?.title || head.title, causes: [...tidy(causes)] };
  const { revision: _, ...content } = said ?? { revision: 0 };
  const told = hash64(JSON.stringify(content));
  const sharesNothing = causes.length === 0 && known.told === undefined;
  const isNews = said !== undefined && told !== known.told && !sharesNothing;
  forgetOld(state, Date.parse(at));
  const now = isNews ? { ...known, told } : known;
  if (head?.mergedInto === undefined) state.known.set(key, now);
  else state.known.delete(key);
  if (isOver(now)) state.due.note(key, Date.parse(at) + KEPT);
  if (!said || !isNews) return nothing;
  const value: FleetInput = { schema: 1, at, ...said };
  const partition = partitionOfTenant(said.tenant, partitions);
  return {
    emit: [{ topic: topics.fleetInputs.name, partition, key: said.incident, type: 'fleet-input', value }],
  };
}

/** Causes that are told of one incident. */
const MOST = 20;

/** Each cause once, by what says it surest; the surest first. */
function tidy(causes: readonly FleetCause[]): readonly FleetCause[] {
  const best = new Map<string, FleetCause>();
  for (const cause of causes) {
    const key = `${cause.kind}|${cause.key}`;
    if (cause.weight > (best.get(key)?.weight ?? 0)) best.set(key, cause);
  }
  const bounded = [...best.values()].map((cause) => ({
    ...cause,
    key: cause.key.slice(0, 300),
    why: cause.why.slice(0, 300),
  }));
  return bounded.sort(bySurety).slice(0, MOST);
}

function bySurety(one: FleetCause, other: FleetCause): number {
  if (one.weight !== other.weight) return other.weight - one.weight;
  const rank = fleetCauseKinds.indexOf(one.kind) - fleetCauseKinds.indexOf(other.kind);
  return rank || (one.key < other.key ? -1 : 1);
}
