// Decides which dossiers are investigated, and turns the result of an investigation into the finding of its revision.
import {
  type Ask,
  type Dossier,
  type Finding,
  failureMode,
  findingSchema,
  hash64,
  type LookupRecord,
  type LookupResult,
  type SignalRecord,
  severities,
  topics,
} from '@winnow/contracts';
import {
  type Emission,
  jsonTable,
  type LogRecord,
  type Migrations,
  nothing,
  type Outcome,
  type Stage,
  type Table,
} from '@winnow/stream';
import { type Confirmed, withConfirmed } from './core/confirmed.ts';
import { gistOf } from './core/gist.ts';
import { isPoorer, livingOf, type Standing, standingOf } from './core/standing.ts';

/** Milliseconds until an investigation counts as timed out. */
export const INVESTIGATION_DEADLINE = 60_000;

/** What was last investigated of an incident. */
export interface Case {
  readonly revision: number;
  readonly gist: string;
  /** The ask that is under way; absent when its finding is out. */
  readonly ask?: string;
  readonly at: string;
  readonly traceId: string;
  /** Where its latest dossier stands; absent where there was none yet. */
  readonly place?: Place;
  /** What a person found to be the root. */
  readonly confirmed?: Confirmed;
  /** Its members that had not ended. */
  readonly living?: readonly string[];
  /** What its finding is measured against. */
  readonly standing?: Standing;
  /** From 0, the gravest: who is diagnosed first. */
  readonly priority?: number;
}

type Place = Pick<LogRecord, 'partition' | 'offset'>;

export interface RcaState {
  /** By tenant/cluster|incident. */
  readonly cases: Table<Case>;
}

/** Arguments of an ask of kind `diagnosis`: where the dossier stands in the log. */
export interface DiagnosisArguments {
  readonly incident: string;
  readonly revision: number;
  readonly partition: number;
  readonly offset: number;
}

/** Version 1 did not note where dossiers stand nor what findings are measured against: the next dossier of a case brings both. */
const migrations: Migrations = { 1: () => undefined };

/** Dossiers become asks for a diagnosis; their results become findings. */
export function rcaStage(): Stage<RcaState> {
  return {
    name: 'rca',
    version: 2,
    inputs: [topics.dossiers.name, topics.lookups.name, topics.signals.name],
    tables: { cases: 'json' },
    migrate: migrations,
    open: (tables) => ({ cases: jsonTable<Case>(tables, 'cases') }),
    decide: (state, record) => {
      if (record.topic === topics.dossiers.name) return decideDossier(state, record as LogRecord<Dossier | null>);
      if (record.topic === topics.lookups.name) return decideResult(state, record as LogRecord<LookupRecord | null>);
      if (record.topic === topics.signals.name) return decideAct(state, record as LogRecord<SignalRecord>);
      return nothing;
    },
  };
}

const keyOf = (of: { tenant: string; cluster: string }, incident: string) => `${of.tenant}/${of.cluster}|${incident}`;

/** One investigation for each revision; a dossier that says nothing new keeps the finding that there is. */
function decideDossier(state: RcaState, record: LogRecord<Dossier | null>): Outcome {
  const dossier = record.value;
  if (!dossier) return nothing;
  const { incident } = dossier;
  const key = keyOf(dossier, incident.id);
  const known = state.cases.get(key);
  if (known && known.revision > incident.revision) return nothing;
  const gist = gistOf(dossier);
  const place = { partition: record.partition, offset: record.offset };
  const said = incident.confirmed ?? known?.confirmed;
  if (known && known.ask === undefined && known.gist === gist && said?.at === known.confirmed?.at) {
    state.cases.set(key, { ...known, place });
    return nothing;
  }
  const { revision, traceId } = incident;
  const { standing } = known ?? {};
  const found: Case = {
    ...{ revision, gist, at: dossier.at, traceId, place, living: livingOf(dossier), priority: priorityOf(dossier) },
    ...(said && { confirmed: said }),
    ...(standing && { standing }),
  };
  return askAnew(state, key, dossier, incident.id, found);
}

/** A person says what the root is: what is known is diagnosed once more, with that. It may long be over. */
function decideAct(state: RcaState, { value }: LogRecord<SignalRecord>): Outcome {
  if (value.type !== 'operator' || value.act !== 'confirm' || !value.incident || !value.root) return nothing;
  const { incident, root: entity, mode = '', actor: by, comment, at } = value;
  const known = state.cases.get(keyOf(value, incident));
  if (!known?.place || !failureMode(mode)) return nothing;
  const confirmed = { at, entity, mode, ...(by !== undefined && { by }), ...(comment !== undefined && { comment }) };
  return askAnew(state, keyOf(value, incident), value, incident, { ...known, at, confirmed });
}

function askAnew(
  state: RcaState,
  key: string,
  of: { readonly tenant: string; readonly cluster: string },
  incident: string,
  found: Case,
): Outcome {
  const ask = toAsk(of, incident, found);
  state.cases.set(key, { ...found, ask: ask.id });
  return { emit: [{ topic: topics.lookups.name, key: ask.id, type: 'ask', value: ask, traceId: found.traceId }] };
}

function toAsk(
  { tenant, cluster }: { readonly tenant: string; readonly cluster: string },
  incident: string,
  { revision, at, priority, place = { partition: 0, offset: 0 } }: Case,
): Ask {
  const what: DiagnosisArguments = { incident, revision, partition: place.partition, offset: place.offset };
  return {
    schema: 1,
    type: 'ask',
    id: `ask-${hash64(`${incident}|${revision}|diagnosis|${at}`)}`,
    tenant,
    cluster,
    incident,
    revision,
    kind: 'diagnosis',
    arguments: { ...what },
    at,
    deadline: INVESTIGATION_DEADLINE,
    ...(priority !== undefined && { priority }),
  };
}

/** The gravest first; what is over can wait. */
const priorityOf = ({ incident: { status, severity } }: Dossier): number =>
  status === 'resolved' ? severities.length : severities.indexOf(severity);

function decideResult(state: RcaState, record: LogRecord<LookupRecord | null>): Outcome {
  const result = record.value;
  if (result?.type !== 'result' || result.kind !== 'diagnosis') return nothing;
  const key = keyOf(result, result.incident);
  const known = state.cases.get(key);
  if (known?.ask !== result.ask) return nothing;
  const { ask: _, standing, living = [], ...answered } = known;
  const finding = toFinding(result, known);
  const poorer = !known.confirmed && isPoorer(finding, living, standing);
  const stands = poorer ? standing : standingOf(finding, living);
  // Without a diagnosis the same dossier may be tried again when it comes anew.
  const gist = isDiagnosis(result) ? known.gist : '';
  state.cases.set(key, { ...answered, gist, living, ...(stands && { standing: stands }) });
  // A newer dossier has taken its place and is about to arrive: until then the finding that there is stands.
  if (result.status === 'cancelled' || poorer) return nothing;
  return { emit: [emitFinding(finding, known)] };
}

const isDiagnosis = (result: LookupResult) => result.status === 'ok' && findingSchema.safeParse(result.value).success;

function toFinding(result: LookupResult, known: Case): Finding {
  const { tenant, cluster, incident, revision } = result;
  const head = { schema: 1, tenant, cluster, at: known.at, incident, revision } as const;
  const parsed = findingSchema.safeParse(result.value);
  const found: Finding =
    result.status === 'ok' && parsed.success
      ? { ...parsed.data, ...head }
      : { ...head, title: titleWithout(result), hypotheses: [] };
  return known.confirmed ? withConfirmed(found, known.confirmed) : found;
}

function titleWithout({ status, message }: LookupResult): string {
  if (status === 'timeout') return 'Not diagnosed: the investigation ran out of time';
  if (status === 'ok') return 'Not diagnosed: the investigation gave no finding that can be read';
  return `Not diagnosed: the investigation failed${message ? ` (${message})` : ''}`;
}

function emitFinding(finding: Finding, { traceId }: Case): Emission {
  return { topic: topics.findings.name, key: finding.incident, type: 'finding', value: finding, traceId };
}
