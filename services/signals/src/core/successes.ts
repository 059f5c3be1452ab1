// Normal events that say that a step has been done: complaints about that step of that object are over.
import type { EventItem, SymptomId } from '@winnow/contracts';
import { ownerOf } from './owners.ts';
import { mayRecover, untell } from './resolve.ts';
import { placeAt, slotKeyOf } from './slots.ts';
import { objectKey } from './state.ts';
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
