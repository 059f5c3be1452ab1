// Decides who is told what of which incident, and when: incidents and findings → asks to post, joined with what came of them.
import {
  type Dossier,
  type Finding,
  type Incident,
  type LookupRecord,
  type SignalRecord,
  type TopicName,
  topics,
} from '@winnow/contracts';
import { type LogRecord, nothing, type Outcome, type Stage } from '@winnow/stream';
import { agreeOnReceivers, type ReceiverSetting } from './core/receivers.ts';
import { takeResult } from './core/result.ts';
import { sendDue } from './core/send.ts';
import { dropSubject, openState, passTime, putSubject, type State, subjectKey, tableSpecs } from './core/state.ts';
import { explain, reach, withIncident } from './core/subject.ts';
import { sweep } from './core/sweep.ts';

export interface NotifySettings {
  readonly receivers: readonly ReceiverSetting[];
  /** Where people reach Winnow: notifications link there. */
  readonly externalUrl: string;
}

/** What it reads: without receivers only what lets it notice that those it had are gone. */
export function notifyInputs(receivers: number): readonly TopicName[] {
  const { signals, incidents, dossiers, findings, lookups } = topics;
  if (receivers === 0) return [incidents.name];
  return [signals.name, incidents.name, dossiers.name, findings.name, lookups.name];
}

export function notifyStage({ receivers, externalUrl }: NotifySettings): Stage<State> {
  return {
    name: 'notify',
    version: 1,
    inputs: notifyInputs(receivers.length),
    tables: tableSpecs,
    open: openState,
    decide(state, record) {
      agreeOnReceivers(state, receivers);
      take(state, record);
      sweep(state);
      const emit = sendDue(state, externalUrl);
      return emit.length > 0 ? { emit } : (nothing as Outcome);
    },
  };
}

function take(state: State, { topic, key, value }: LogRecord): void {
  if (topic === topics.signals.name) passTime(state, (value as SignalRecord).at);
  else if (topic === topics.lookups.name) takeLookup(state, value as LookupRecord | null);
  else if (topic === topics.incidents.name) takeIncident(state, key, value as Incident | null);
  else if (value !== null) takeMore(state, value as Finding | Dossier);
}

function takeLookup(state: State, value: LookupRecord | null): void {
  if (value?.type === 'result' && value.kind === 'notification') takeResult(state, value);
}

function takeIncident(state: State, id: string, incident: Incident | null): void {
  if (!incident) {
    for (const [key, subject] of [...state.subjects.entries()]) if (subject.id === id) dropSubject(state, key);
    return;
  }
  passTime(state, incident.updatedAt);
  const key = subjectKey(incident, incident.id);
  const known = state.subjects.get(key);
  if (!known && !isForAnybody(state, incident)) return;
  const subject = withIncident(incident, known);
  if (!subject) return;
  putSubject(state, key, subject);
}

const isForAnybody = ({ receivers }: State, { openedAt }: Incident) =>
  [...receivers.values()].some(({ since }) => openedAt >= since);

/** A finding or a dossier of an incident that is known. */
function takeMore(state: State, value: Finding | Dossier): void {
  const isFinding = 'hypotheses' in value;
  const key = subjectKey(value, isFinding ? value.incident : value.incident.id);
  const subject = state.subjects.get(key);
  if (!subject) return;
  passTime(state, value.at);
  if (isFinding) explain(subject, value);
  else reach(subject, value);
  putSubject(state, key, subject);
}
