// Normal events that say that a step has been done: complaints about that step of that object are over.
import { type EventItem, hash64, type SymptomId } from '@winnow/contracts';
import { KEPT_EVENTS } from './kept.ts';
import { ownerOf } from './owners.ts';
import { mayRecover, untell } from './resolve.ts';
import { placeAt, slotKeyOf } from './slots.ts';
import { objectKey, PARTITION, seen } from './state.ts';
import type { Turn } from './turn.ts';

const started: readonly SymptomId[] = [
  'unschedulable',
  'mount-failed',
  'attach-failed',
  'sandbox-failed',
  'config-error',
  'create-error',
];

const done: Readonly<Record<string, readonly SymptomId[]>> = {
  Scheduled: ['unschedulable'],
  SuccessfulCreate: ['create-refused'],
  SuccessfulAttachVolume: ['attach-failed'],
  ProvisioningSucceeded: ['claim-pending'],
  Pulled: ['image-pull', 'sandbox-failed'],
  Started: started,
  NodeReady: ['node-not-ready'],
  SuccessfulRescale: ['autoscaler-unable'],
};

/** @param at when it happened. */
export function noteSuccess(turn: Turn, event: EventItem, at: number): void {
  const overcome = done[event.reason];
  if (!overcome) return;
  const subject = objectKey(turn.scope, event.regarding);
  remember(turn, subject, event.reason, at);
  if (turn.state.toldOf.size(subject) === 0) return;
  const { entity } = ownerOf(turn.state, turn.scope, event.regarding);
  for (const symptom of overcome) {
    const place = placeAt(turn, slotKeyOf(turn.scope, entity, symptom));
    const complaint = place?.slot.told?.[subject];
    if (!place || complaint === undefined || complaint > at) continue;
    untell(turn, place, subject);
    mayRecover(turn, place, 'recovered');
  }
}

/** Events of one second arrive in any order: when the step was last done is kept as that of an event object. */
function remember(turn: Turn, subject: string, reason: string, at: number): void {
  const key = doneKey(subject, reason);
  const { events, timers, partition } = turn.state;
  const known = events.get(key);
  if (!known) timers.add(PARTITION, { due: partition.at + KEPT_EVENTS, kind: 'event', key });
  events.set(key, [Math.max(known?.[seen.count] ?? 0, at), 0, partition.at, 0, 0]);
}

const doneKey = (subject: string, reason: string): string => hash64(`done|${subject}|${reason}`);

/** The step that is complained about was done in that second or later. */
export function wasDone(turn: Turn, subject: string, symptom: SymptomId, at: number): boolean {
  return Object.entries(done).some(
    ([reason, overcome]) =>
      overcome.includes(symptom) && (turn.state.events.get(doneKey(subject, reason))?.[seen.count] ?? 0) >= at,
  );
}
