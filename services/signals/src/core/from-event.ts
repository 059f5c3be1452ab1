// Events: repeats are told apart by (uid, resourceVersion), ordinary ones are muted by name, the rest complain about an object.
import { type EntityRef, type EventItem, entity, hash32, hash64 } from '@winnow/contracts';
import { benignRuleOf } from './benign-events.ts';
import { type Claim, muted, type Verdict } from './claim.ts';
import { symptomOfEvent } from './event-classes.ts';
import { KEPT_EVENTS } from './kept.ts';
import { ownerOf } from './owners.ts';
import { highOf, keyOf, lowOf } from './packed-keys.ts';
import { raise, settleOrSave } from './raise.ts';
import { refutes } from './refute.ts';
import { startUpSeconds } from './shown-by-pod.ts';
import { objectKey, PARTITION, seen } from './state.ts';
import { noteSuccess } from './successes.ts';
import { msOf, SECOND } from './time.ts';
import { complain } from './told.ts';
import type { Turn } from './turn.ts';

/** An object that is well speaks against the complaint: it must be heard again or be unwell after this many seconds. */
const CONTRADICTED = 15;

export function takeEvent(turn: Turn, event: EventItem): Verdict {
  if (event.deleted) return muted('expired-event');
  const known = event.uid === undefined ? undefined : turn.state.events.get(hash64(`${turn.scope}|${event.uid}`));
  const version = hash32(event.resourceVersion ?? '');
  const slotBefore = known && keyOf(known[seen.slotHigh], known[seen.slotLow]);
  if (known && event.resourceVersion && known[seen.version] === version) {
    return slotBefore
      ? { outcome: 'deduplicated', slot: slotBefore }
      : (benignRuleOf(turn, event, at(turn, event)) ?? { outcome: 'deduplicated' });
  }
  const rule = benignRuleOf(turn, event, at(turn, event));
  const times = Math.max(1, event.count - (known?.[seen.count] ?? 0));
  if (rule) {
    if (event.eventType !== 'Warning') noteSuccess(turn, event, at(turn, event));
    if (rule.outcome === 'muted' && rule.rule !== 'normal-event') remember(turn, event, version, undefined);
    return rule;
  }
  const claim = claimOf(turn, event);
  const raised = raise(turn, claim, 'event', times);
  complain(turn, raised.place, objectKey(turn.scope, subjectOf(turn, event)), at(turn, event));
  settleOrSave(turn, raised);
  remember(turn, event, version, raised.place.key);
  return { outcome: raised.changed ? 'signal' : 'deduplicated', slot: raised.place.key };
}

/** When it happened last, as told, never after its arrival. */
const at = (turn: Turn, event: EventItem): number => Math.min(msOf(event.lastAt) || turn.at, turn.at);

function remember(turn: Turn, event: EventItem, version: number, slot: string | undefined): void {
  if (event.uid === undefined) return;
  const key = hash64(`${turn.scope}|${event.uid}`);
  const { events, timers, partition } = turn.state;
  if (!events.get(key)) timers.add(PARTITION, { due: partition.at + KEPT_EVENTS, kind: 'event', key });
  events.set(key, [event.count, version, partition.at, slot ? highOf(slot) : 0, slot ? lowOf(slot) : 0]);
}

/** The object that must be well again for the complaint to be over. */
function subjectOf(turn: Turn, event: EventItem): EntityRef {
  return nodeBehind(turn, event) ?? event.regarding;
}

/** Pods of a node that is not ready are told of one by one: it is the node's trouble. */
function nodeBehind(turn: Turn, event: EventItem): EntityRef | undefined {
  if (event.reason !== 'NodeNotReady' || event.regarding.kind !== 'Pod') return undefined;
  const pod = turn.state.objects.get(objectKey(turn.scope, event.regarding))?.object;
  const node = pod?.kind === 'Pod' ? pod.spec?.nodeName : undefined;
  return node ? entity('Node', undefined, node) : undefined;
}

function claimOf(turn: Turn, event: EventItem): Claim {
  const node = nodeBehind(turn, event);
  const { regarding } = event;
  const owner = node ? { entity: node, provisional: false } : ownerOf(turn.state, turn.scope, regarding);
  const symptom = node ? 'node-not-ready' : refine(turn, event);
  const pod = turn.state.objects.get(objectKey(turn.scope, regarding))?.object;
  const nodeName =
    node?.name ??
    (pod?.kind === 'Pod' ? pod.spec?.nodeName : undefined) ??
    (regarding.kind === 'Node' ? regarding.name : undefined);
  const image =
    pod?.kind === 'Pod' ? pod.spec?.containers?.find((each) => each.name === event.container)?.image : undefined;
  const attributes: [string, string | undefined][] = [
    ['container', event.container],
    ['image', image],
    ['node', nodeName ?? (event.reporter === 'kubelet' ? event.node : undefined)],
  ];
  return {
    entity: owner.entity,
    subject: regarding.kind === owner.entity.kind && regarding.name === owner.entity.name ? undefined : regarding,
    symptom,
    reason: event.reason,
    message: event.message,
    since: Math.min(msOf(event.firstAt) || at(turn, event), turn.at),
    attributes: Object.fromEntries(attributes.filter((each): each is [string, string] => Boolean(each[1]))),
    provisional: owner.provisional,
    ...patience(turn, event, symptom),
    why: `event ${event.reason}${event.reporter ? ` of ${event.reporter}` : ''}`,
  };
}

/** An init container's crash loop keeps the pod from starting at all. */
function refine(turn: Turn, event: EventItem) {
  const symptom = symptomOfEvent(event);
  return symptom === 'crash-loop' && isInitContainer(turn, event.regarding, containerOf(event))
    ? 'init-failed'
    : symptom;
}

const containerOf = (event: EventItem): string | undefined =>
  event.container ?? /failed container (\S+) in pod/.exec(event.message)?.[1];

export function isInitContainer(turn: Turn, ref: EntityRef, container: string | undefined): boolean {
  const pod = turn.state.objects.get(objectKey(turn.scope, ref))?.object;
  return (
    pod?.kind === 'Pod' &&
    container !== undefined &&
    (pod.spec?.initContainers ?? []).some((each) => each.name === container)
  );
}

/** How long the complaint must stand: longer where the object is well as far as is known, or is still starting. */
function patience(turn: Turn, event: EventItem, symptom: Claim['symptom']): Pick<Claim, 'hold' | 'recur'> {
  const known = turn.state.objects.get(objectKey(turn.scope, subjectOf(turn, event)));
  const probe = symptom === 'readiness-failed' || symptom === 'startup-failed' || symptom === 'liveness-failed';
  const well = known && refutes(known.object, symptom, event.container, turn.at);
  if (well === true) return { hold: CONTRADICTED };
  // A probe may fail once in a while, and nothing tells how the container is.
  if (!known || well === undefined) return probe && event.count < 2 ? { recur: true } : {};
  if (symptom === 'liveness-failed' || !probe || known.object.kind !== 'Pod') return {};
  const started = msOf(known.object.status?.startTime) || msOf(known.object.metadata.creationTimestamp);
  const left = started ? (started + startUpSeconds(known.object) * SECOND - turn.at) / SECOND : 0;
  return left > 0 && isStarting(known.object) ? { hold: Math.ceil(left) } : {};
}

const isStarting = (pod: {
  status?: { containerStatuses?: readonly { restartCount?: number | undefined }[] | undefined } | undefined;
}): boolean => (pod.status?.containerStatuses ?? []).every((each) => (each.restartCount ?? 0) === 0);
