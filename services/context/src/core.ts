// Decides what to look up about an incident that has settled, and when its dossier is complete.
import { type Dossier, type Incident, type LookupRecord, topics } from '@winnow/contracts';
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
import { type Question, toAsk } from './core/ask.ts';
import { MAX_OPEN_LOOKS } from './core/budget.ts';
import { composeDossier } from './core/compose.ts';
import { type Answer, type Answered, type Asked, type Investigation, valuesOf } from './core/investigation.ts';
import { type Look, nextLook } from './core/look.ts';
import { firstQuestions, secondQuestions } from './core/questions.ts';
import { noSurroundings, type Surroundings } from './core/surroundings.ts';
import { type Turns, takeNext, turnOf, turnsOf } from './core/waiting.ts';

export interface ContextState {
  /** By tenant/cluster|incident: the look that is under way. */
  readonly investigations: Table<Investigation>;
  /** By tenant/cluster|incident|ask: answers that have come in. */
  readonly answers: Table<Answered>;
  /** By tenant/cluster|incident: the last look, while the incident is open. */
  readonly looks: Table<Look>;
  /** By tenant/cluster|incident: revisions whose look has to wait. */
  readonly waiting: Table<Incident>;
  readonly turns: Turns;
}

/** Version 1 let no revision wait. */
const migrations: Migrations = { 1: () => undefined };

/** Incidents that are ready become asks; their answers become a dossier. */
export function contextStage(): Stage<ContextState> {
  return {
    name: 'context',
    version: 2,
    inputs: [topics.incidents.name, topics.lookups.name],
    tables: { investigations: 'json', answers: 'json', looks: 'json', waiting: 'json' },
    open: (tables) => ({
      investigations: jsonTable<Investigation>(tables, 'investigations'),
      answers: jsonTable<Answered>(tables, 'answers'),
      looks: jsonTable<Look>(tables, 'looks'),
      waiting: jsonTable<Incident>(tables, 'waiting'),
      turns: turnsOf(jsonTable<Incident>(tables, 'waiting')),
    }),
    migrate: migrations,
    decide: (state, record) => {
      if (record.topic === topics.incidents.name) return decideIncident(state, record as LogRecord<Incident | null>);
      if (record.topic === topics.lookups.name) return decideLookup(state, record as LogRecord<LookupRecord | null>);
      return nothing;
    },
  };
}

const keyOf = (of: { tenant: string; cluster: string }, incident: string) => `${of.tenant}/${of.cluster}|${incident}`;

/** A ready revision that is due for a look supersedes the look at an older one; an incident that was merged away needs none. */
function decideIncident(state: ContextState, record: LogRecord<Incident | null>): Outcome {
  const incident = record.value;
  if (!incident) return nothing;
  const key = keyOf(incident, incident.id);
  if (incident.mergedInto !== undefined) {
    drop(state, key);
    state.looks.delete(key);
    state.waiting.delete(key);
    return startNext(state);
  }
  if (!incident.ready) return nothing;
  const look = nextLook(incident, state.looks.get(key));
  if (look) state.looks.set(key, look);
  // Who waits is looked at as it is by then.
  if (!look && !state.waiting.has(key)) return nothing;
  drop(state, key);
  state.waiting.set(key, incident);
  state.turns.push(turnOf(key, incident));
  return startNext(state);
}

/** Looks into those whose turn it is, as far as there is room. */
function startNext(state: ContextState): Outcome {
  const emit: Emission[] = [];
  while (state.investigations.size < MAX_OPEN_LOOKS) {
    const next = takeNext(state.waiting, state.turns);
    if (!next) break;
    const { key, incident } = next;
    const begun = askOn(state, key, { incident, round: 1, asked: [], open: 0 }, firstQuestions(incident));
    emit.push(...(begun.emit ?? []));
  }
  return emit.length > 0 ? { emit } : nothing;
}

function decideLookup(state: ContextState, record: LogRecord<LookupRecord | null>): Outcome {
  const result = record.value;
  if (result?.type !== 'result') return nothing;
  const key = keyOf(result, result.incident);
  const found = state.investigations.get(key);
  const answerKey = `${key}|${result.ask}`;
  // Answers to other stages' asks, to a superseded revision's, and second answers are passed over.
  if (!found?.asked.some((each) => each.id === result.ask) || state.answers.has(answerKey)) return nothing;
  const { status, value, message } = result;
  state.answers.set(answerKey, {
    status,
    ...(status === 'ok' && { value }),
    ...(message !== undefined && { message }),
  });
  const investigation = { ...found, open: found.open - 1 };
  state.investigations.set(key, investigation);
  return investigation.open > 0 ? nothing : goOn(state, key, investigation, result.at);
}

/** Everything asked so far is answered. */
function goOn(state: ContextState, key: string, investigation: Investigation, at: string): Outcome {
  const answers = answersOf(state, key, investigation);
  if (investigation.round === 1) {
    const around = valuesOf<Surroundings>(answers, 'objects')[0] ?? noSurroundings;
    return askOn(state, key, { ...investigation, round: 2 }, secondQuestions(investigation.incident, around));
  }
  drop(state, key);
  const dossier = emitDossier(composeDossier(investigation.incident, at, answers));
  return { emit: [dossier, ...(startNext(state).emit ?? [])] };
}

function askOn(
  state: ContextState,
  key: string,
  investigation: Investigation,
  questions: readonly Question[],
): Outcome {
  const asks = questions.map((question) => toAsk(investigation.incident, question));
  const asked = asks.map((ask, index): Asked => ({ id: ask.id, ...(questions[index] as Question) }));
  state.investigations.set(key, { ...investigation, asked: [...investigation.asked, ...asked], open: asks.length });
  const emit = asks.map(
    (ask): Emission => ({
      topic: topics.lookups.name,
      key: ask.id,
      type: 'ask',
      value: ask,
      traceId: investigation.incident.traceId,
    }),
  );
  return { emit };
}

function answersOf(state: ContextState, key: string, investigation: Investigation): readonly Answer[] {
  return investigation.asked.flatMap((asked) => {
    const answered = state.answers.get(`${key}|${asked.id}`);
    return answered ? [{ ...asked, ...answered }] : [];
  });
}

function drop(state: ContextState, key: string): void {
  for (const asked of state.investigations.get(key)?.asked ?? []) state.answers.delete(`${key}|${asked.id}`);
  state.investigations.delete(key);
}

function emitDossier(dossier: Dossier): Emission {
  const { id, traceId } = dossier.incident;
  return { topic: topics.dossiers.name, key: id, type: 'dossier', value: dossier, traceId };
}
