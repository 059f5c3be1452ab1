// A symptom as an object's own state tells it.
import { type EntityRef, entityKey, type SymptomId } from '@winnow/contracts';
import type { Claim } from './claim.ts';
import { msOf } from './time.ts';

export interface Shown extends Claim {
  /** What it looks like now: another stamp is another occurrence. */
  readonly stamp: string;
}

export interface Look {
  readonly shown: readonly Shown[];
  /** Look again at this time (arrival clock, milliseconds) though nothing arrives. */
  readonly recheck?: number | undefined;
}

export const healthy: Look = { shown: [] };

export interface Told {
  readonly entity: EntityRef;
  readonly subject?: EntityRef;
  readonly symptom: SymptomId;
  readonly reason: string | undefined;
  readonly message?: string | undefined;
  readonly since?: string | number | undefined;
  readonly stamp?: string | number | undefined;
  readonly settle?: number;
  readonly severity?: Claim['severity'];
  readonly attributes?: Readonly<Record<string, string | undefined>>;
}

export function show(told: Told, what: string): Shown {
  const { entity, subject, symptom, reason, message, since, stamp, attributes, ...more } = told;
  const named = Object.entries(attributes ?? {}).filter((each): each is [string, string] => Boolean(each[1]));
  return {
    ...more,
    entity,
    ...(subject && entityKey(subject) !== entityKey(entity) && { subject }),
    symptom,
    reason: reason || symptom,
    message: message ?? '',
    since: typeof since === 'number' ? since : msOf(since),
    stamp: String(stamp ?? ''),
    attributes: Object.fromEntries(named),
    why: `state of ${what}`,
  };
}
