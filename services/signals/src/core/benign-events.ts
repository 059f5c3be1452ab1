// Events that tell of ordinary work, of something that is over, or of an object that is no longer there: each by a named rule.
import type { EventItem, MuteRule } from '@winnow/contracts';
import { muted, type Verdict } from './claim.ts';
import { conditionOf, isTrue } from './conditions.ts';
import { ordinaryWarnings, symptomOfEvent } from './event-classes.ts';
import { listedAt } from './listed.ts';
import { refutes } from './refute.ts';
import { type GraveRow, type ObjectRow, objectKey } from './state.ts';
import { wasDone } from './successes.ts';
import { MINUTE, msOf, SECOND } from './time.ts';
import type { Turn } from './turn.ts';

/** What was last seen longer ago than this, about nothing that is known, is over. */
const LONG_PAST = 10 * MINUTE;
/** A controller's last words about an object arrive a little after it is gone. */
const LAST_WORDS = 10 * SECOND;

/** A controller acted on what was out of date, and will try again. */
const lostRace = /\balready exists$|the object has been modified; please apply your changes to the latest version/;

/** The rule that mutes an event; undefined where it counts. `at`: when it last happened. */
export function benignRuleOf(turn: Turn, event: EventItem, at: number): Verdict | undefined {
  const rule = ruleOf(turn, event, at);
  return rule && muted(rule);
}

function ruleOf(turn: Turn, event: EventItem, at: number): MuteRule | undefined {
  if (event.eventType !== 'Warning' && !isTroubleThoughNormal(event)) return 'normal-event';
  if (ordinaryWarnings.has(event.reason)) return 'ordinary-warning';
  if (lostRace.test(event.message)) return 'controller-conflict';
  const key = objectKey(turn.scope, event.regarding);
  const row = turn.state.objects.get(key);
  const over = () => wasDone(turn, key, symptomOfEvent(event), at);
  if (row) return ofKnown(event, at, row, turn.at) ?? (tellsNothing(row, event) && over() ? 'ended-well' : undefined);
  const grave = turn.state.graves.get(key);
  if (grave) return ofGone(turn, event, at, grave);
  return ofUnknown(turn, event, at) ?? (over() ? 'ended-well' : undefined);
}

const tellsNothing = ({ object }: ObjectRow, event: EventItem): boolean =>
  refutes(object, symptomOfEvent(event), event.container) === undefined;

/** The node controller tells of lost nodes by Normal events. */
const isTroubleThoughNormal = ({ reason, regarding }: EventItem): boolean =>
  reason === 'NodeNotReady' && regarding.kind === 'Node';

function ofKnown(event: EventItem, at: number, row: ObjectRow, now: number): MuteRule | undefined {
  const { object } = row;
  if (at < msOf(object.metadata.creationTimestamp) - SECOND) return 'stale-event';
  const grave =
    event.regardingUid && object.metadata.uid && event.regardingUid !== object.metadata.uid && object.kind === 'Pod';
  if (grave) return 'stale-event';
  if (
    object.metadata.deletionTimestamp &&
    at >= msOf(object.metadata.deletionTimestamp) - 60 * SECOND &&
    isAboutRunning(event)
  )
    return 'object-deleted';
  const symptom = symptomOfEvent(event);
  // The state that is known must be newer than the complaint to speak against it.
  if (row.changed - at < SECOND || refutes(object, symptom, event.container, now) !== true) return undefined;
  if (object.kind !== 'Pod') return 'ended-well';
  if (symptom === 'readiness-failed' || symptom === 'startup-failed')
    return wasStarting(object, at) ? 'start-up' : 'ended-well';
  return 'ended-well';
}

/** A container that is told to stop fails its probes. */
const isAboutRunning = (event: EventItem): boolean =>
  ['Unhealthy', 'BackOff', 'FailedKillPod', 'FailedPreStopHook', 'FailedMount'].includes(event.reason);

type Pod = Extract<ObjectRow['object'], { kind: 'Pod' }>;

const wasStarting = (pod: Pod, at: number): boolean => {
  const ready = conditionOf(pod.status?.conditions, 'Ready');
  return isTrue(ready) && msOf(ready?.lastTransitionTime) >= at - SECOND;
};

/** The object is gone: evictions and failed Jobs still tell something, all else was its own. */
function ofGone(turn: Turn, event: EventItem, at: number, grave: GraveRow): MuteRule | undefined {
  const symptom = symptomOfEvent(event);
  if (symptom === 'evicted' || symptom === 'job-failed') return at > turn.at - LONG_PAST ? undefined : 'long-past';
  if (at > grave.at + LAST_WORDS) return undefined;
  const owner = grave.owner === undefined ? undefined : turn.state.objects.get(`${turn.scope}|${grave.owner}`);
  return owner ? 'rollout-churn' : 'object-deleted';
}

/** Nothing is known of the object: was it gone when its kind was listed, or is the event merely early? */
function ofUnknown(turn: Turn, event: EventItem, at: number): MuteRule | undefined {
  const { kind, namespace } = event.regarding;
  const listed = listedAt(turn, kind, namespace);
  if (listed !== undefined && at <= listed) return 'object-deleted';
  return at < turn.at - LONG_PAST ? 'long-past' : undefined;
}
