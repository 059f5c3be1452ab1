// Decides which dossiers are investigated, and turns the result of an investigation into the finding of its revision.
import {
  type Ask,
  type Dossier,
  type Finding,
  findingSchema,
  hash64,
  type LookupRecord,
  type LookupResult,
  topics,
} from '@winnow/contracts';
import {
  type Emission,
  jsonTable,
  type LogRecord,
  nothing,
  type Outcome,
  type Stage,
  type Table,
} from '@winnow/stream';
import { gistOf } from './core/gist.ts';

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
}

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

/** Dossiers become asks for a diagnosis; their results become findings. */
export function rcaStage(): Stage<RcaState> {
  return {
    name: 'rca',
    version: 1,
    inputs: [topics.dossiers.name, topics.lookups.name],
    tables: { cases: 'json' },
    open: (tables) => ({ cases: jsonTable<Case>(tables, 'cases') }),
    decide: (state, record) => {
      if (record.topic === topics.dossiers.name) return decideDossier(state, record as LogRecord<Dossier | null>);
      if (record.topic === topics.lookups.name) return decideResult(state, record as LogRecord<LookupRecord | null>);
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
  if (known && known.ask === undefined && known.gist === gist) return nothing;
  const ask = toAsk(dossier, record);
  state.cases.set(key, { revision: incident.revision, gist, ask: ask.id, at: dossier.at, traceId: incident.traceId });
  return { emit: [{ topic: topics.lookups.name, key: ask.id, type: 'ask', value: ask, traceId: incident.traceId }] };
}

function toAsk(dossier: Dossier, record: LogRecord): Ask {
  const { id: incident, revision } = dossier.incident;
  const place: DiagnosisArguments = { incident, revision, partition: record.partition, offset: record.offset };
  return {
    schema: 1,
    type: 'ask',
    id: `ask-${hash64(`${incident}|${revision}|diagnosis|${dossier.at}`)}`,
    tenant: dossier.tenant,
    cluster: dossier.cluster,
    incident,
    revision,
    kind: 'diagnosis',
    arguments: { ...place },
    at: dossier.at,
    deadline: INVESTIGATION_DEADLINE,
  };
}

function decideResult(state: RcaState, record: LogRecord<LookupRecord | null>): Outcome {
  const result = record.value;
  if (result?.type !== 'result' || result.kind !== 'diagnosis') return nothing;
  const key = keyOf(result, result.incident);
  const known = state.cases.get(key);
  if (known?.ask !== result.ask) return nothing;
  const { ask: _, ...answered } = known;
  // Without a diagnosis the same dossier may be tried again when it comes anew.
  state.cases.set(key, isDiagnosis(result) ? answered : { ...answered, gist: '' });
  // A newer dossier has taken its place and is about to arrive: until then the finding that there is stands.
  if (result.status === 'cancelled') return nothing;
  return { emit: [emitFinding(toFinding(result, known), known)] };
}

const isDiagnosis = (result: LookupResult) => result.status === 'ok' && findingSchema.safeParse(result.value).success;

function toFinding(result: LookupResult, known: Case): Finding {
  const { tenant, cluster, incident, revision } = result;
  const head = { schema: 1, tenant, cluster, at: known.at, incident, revision } as const;
  const parsed = findingSchema.safeParse(result.value);
  if (result.status === 'ok' && parsed.success) return { ...parsed.data, ...head };
  return { ...head, title: titleWithout(result), hypotheses: [] };
}

function titleWithout({ status, message }: LookupResult): string {
  if (status === 'timeout') return 'Not diagnosed: the investigation ran out of time';
  if (status === 'ok') return 'Not diagnosed: the investigation gave no finding that can be read';
  return `Not diagnosed: the investigation failed${message ? ` (${message})` : ''}`;
}

function emitFinding(finding: Finding, { traceId }: Case): Emission {
  return { topic: topics.findings.name, key: finding.incident, type: 'finding', value: finding, traceId };
}
