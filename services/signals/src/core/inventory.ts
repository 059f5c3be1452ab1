// Facts of objects: what changed materially goes to the inventory, their edges to grouping, what their state shows becomes symptoms.
import {
  type EntityRef,
  entity,
  entityKey,
  hash64,
  type KubeObject,
  kindOf,
  type ListMarkerItem,
  type ObjectItem,
} from '@winnow/contracts';
import { factsOf } from '@winnow/topology';
import { servicesNamed } from './calls.ts';
import { noteWatchedChange } from './changes.ts';
import { muted, type Verdict } from './claim.ts';
import { bury } from './graves.ts';
import { beginList, endList, isListing, isRestoring, noteFirst } from './listed.ts';
import { affectedBy, noteReplicas } from './neighbours.ts';
import { ownerOfObject } from './owners.ts';
import { moveProvisional } from './provisional.ts';
import { type ObjectRow, objectKey } from './state.ts';
import { claimStateOf } from './state-claims.ts';
import { noticeRecovery } from './told.ts';
import { type Turn, tell, tellInventory } from './turn.ts';
import { isOlder } from './versions.ts';

export const refOf = (object: KubeObject): EntityRef =>
  entity(kindOf(object), object.metadata.namespace, object.metadata.name);

/** One object as a watch or a list delivers it. */
export function takeObject(turn: Turn, item: ObjectItem): Verdict {
  const ref = refOf(item.object);
  const key = objectKey(turn.scope, ref);
  turn.row.order++;
  const known = turn.state.objects.get(key);
  if (known ? isOutdated(turn, known, item) : isOver(turn, key, item)) return repeat(turn, key, known);
  if (item.change === 'DELETED') return removeObject(turn, key, ref, item.object);
  if (known && isSameVersion(known.object, item.object)) return repeat(turn, key, known);
  // Too large to be told whole: that it is there says nothing against what was known of it.
  if (known && item.trimmed && !isOther(known.object, item.object)) return repeat(turn, key, known);
  if (known && isOther(known.object, item.object)) removeObject(turn, key, ref, known.object);
  return learn(turn, key, ref, item.object, item.change);
}

/** What is known is newer: a crash repeats what was told, and another instance may be behind. */
function isOutdated(turn: Turn, known: ObjectRow, { object, change }: ObjectItem): boolean {
  if (change === 'DELETED' && !isOther(known.object, object)) return false;
  const older = isOlder(object.metadata.resourceVersion, known.object.metadata.resourceVersion);
  return older && !isRestoring(turn, kindOf(object), object.metadata.namespace);
}

/** It was told of before its end, which is known. */
function isOver(turn: Turn, key: string, { object }: ObjectItem): boolean {
  const grave = turn.state.graves.get(key);
  if (!grave) return false;
  const { uid, resourceVersion, namespace } = object.metadata;
  const over = isOlder(resourceVersion, grave.version) || (uid !== undefined && uid === grave.uid);
  return over && !isRestoring(turn, kindOf(object), namespace);
}

function isSameVersion(a: KubeObject, b: KubeObject): boolean {
  const version = a.metadata.resourceVersion;
  return version !== undefined && version === b.metadata.resourceVersion && a.metadata.uid === b.metadata.uid;
}

/** Another object of the same name. */
const isOther = (a: KubeObject, b: KubeObject): boolean =>
  a.metadata.uid !== undefined && b.metadata.uid !== undefined && a.metadata.uid !== b.metadata.uid;

function repeat(turn: Turn, key: string, known: ObjectRow | undefined): Verdict {
  if (!known) return { outcome: 'deduplicated' };
  // Outside a list the order of arrivals tells nothing.
  if (isListing(turn, kindOf(known.object), known.object.metadata.namespace)) {
    known.order = turn.row.order;
    turn.state.objects.set(key, known);
  }
  return { outcome: 'deduplicated', slot: Object.keys(known.claims)[0] };
}

function learn(turn: Turn, key: string, ref: EntityRef, object: KubeObject, change: 'ADDED' | 'MODIFIED'): Verdict {
  const { state } = turn;
  const former = state.objects.get(key);
  const owner = ownerOfObject(state, turn.scope, object);
  const facts = hash64(material(object));
  const ownerKey = entityKey(owner);
  const row: ObjectRow = {
    object: slim(object),
    facts,
    topology: former?.topology ?? '',
    ...(ownerKey !== entityKey(ref) && { owner: ownerKey }),
    claims: former?.claims ?? {},
    changed: former?.facts === facts ? former.changed : turn.at,
    order: turn.row.order,
    by: turn.heard,
    ...(former?.calls && { calls: former.calls }),
    ...(former?.recheck && { recheck: former.recheck }),
  };
  state.objects.set(key, row);
  state.graves.delete(key);
  if (!former) index(turn, key, object);
  noteReplicas(turn, key, object);
  noteWatchedChange(turn, ref, former?.object, object, change);
  if (former?.facts !== facts || former?.owner !== row.owner) tellFacts(turn, key, ref, object, row);
  if (!former) moveProvisional(turn, key, owner);
  const changedClaims = claimStateOf(turn, key);
  noticeRecovery(turn, key);
  for (const other of affectedBy(turn, former?.object, object)) claimStateOf(turn, other);
  return verdictOf(row, changedClaims);
}

function verdictOf(row: ObjectRow, changed: string | undefined): Verdict {
  if (changed) return { outcome: 'signal', slot: changed };
  const slot = Object.keys(row.claims)[0];
  return slot ? { outcome: 'deduplicated', slot } : muted('healthy-state');
}

/** Puts out the inventory record, and the topology record where the edges changed. */
function tellFacts(turn: Turn, key: string, ref: EntityRef, object: KubeObject, row: ObjectRow): void {
  const owner = row.owner === undefined ? undefined : ownerOfObject(turn.state, turn.scope, object);
  tellInventory(turn, entityKey(ref), { entity: ref, object, ...(owner && { owner }) });
  const facts = factsOf(object, owner);
  const topology = facts ? hash64(JSON.stringify(facts)) : '';
  if (topology === row.topology) return;
  for (const called of row.calls ?? []) turn.state.callers.remove(`${turn.scope}|${called}`, key);
  const calls = facts ? servicesNamed(facts, object.metadata.namespace) : [];
  for (const called of calls) turn.state.callers.add(`${turn.scope}|${called}`, key);
  row.topology = topology;
  if (calls.length > 0) row.calls = calls;
  else delete row.calls;
  turn.state.objects.set(key, row);
  tell(turn, { type: 'topology', entity: ref, ...(facts && { facts }) });
}

function index(turn: Turn, key: string, object: KubeObject): void {
  noteFirst(turn, kindOf(object), object.metadata.namespace);
  for (const place of placesOf(turn.scope, object)) turn.state.byKind.add(place, key);
}

export function placesOf(scope: string, object: KubeObject): string[] {
  const kind = kindOf(object);
  return [`${scope}|${kind}`, `${scope}|${kind}|${object.metadata.namespace ?? ''}`];
}

/** An object is gone: its tombstones, its symptoms' end, its place among the remembered. */
export function removeObject(turn: Turn, key: string, ref: EntityRef, object: KubeObject): Verdict {
  const { state } = turn;
  const row = state.objects.get(key);
  if (!row) {
    bury(turn, key, object);
    noteEnd(turn, key, object);
    return muted('healthy-state');
  }
  noteWatchedChange(turn, ref, row.object, undefined, 'DELETED');
  const ended = bury(turn, key, row.object);
  noteEnd(turn, key, object);
  noteReplicas(turn, key, undefined);
  for (const place of placesOf(turn.scope, row.object)) state.byKind.remove(place, key);
  for (const called of row.calls ?? []) state.callers.remove(`${turn.scope}|${called}`, key);
  tellInventory(turn, entityKey(ref), { entity: ref });
  if (row.topology) tell(turn, { type: 'topology', entity: ref });
  for (const other of affectedBy(turn, row.object, undefined)) claimStateOf(turn, other);
  return ended ? { outcome: 'signal', slot: ended } : muted('healthy-state');
}

/** What is told of it later and is older, is over. */
function noteEnd(turn: Turn, key: string, { metadata: { resourceVersion: version } }: KubeObject): void {
  const grave = turn.state.graves.get(key);
  if (grave && version !== undefined) turn.state.graves.set(key, { ...grave, version });
}

/** A list of all objects of a kind begins or ends: what it did not hold has vanished. */
export function takeListMarker(turn: Turn, item: ListMarkerItem): Verdict {
  if (item.type === 'list-begin') beginList(turn, item);
  else {
    const list = endList(turn, item);
    if (list) removeVanished(turn, item, list.order);
    if (list?.first) lookAgain(turn, item.kind);
  }
  return muted('list-marker');
}

function removeVanished(turn: Turn, { kind, namespace }: ListMarkerItem, began: number): void {
  const place = namespace ? `${turn.scope}|${kind}|${namespace}` : `${turn.scope}|${kind}`;
  for (const key of turn.state.byKind.members(place)) {
    const row = turn.state.objects.get(key);
    if (row && row.order <= began) removeObject(turn, key, refOf(row.object), row.object);
  }
}

/** Kinds whose state shows the absence of objects of another kind, by that kind. */
const missed: Readonly<Record<string, readonly string[]>> = {
  Pod: ['Service'],
  Service: ['Ingress'],
  Secret: ['Ingress'],
  IngressClass: ['Ingress'],
  StorageClass: ['PersistentVolumeClaim'],
};

/** From now on the absence of such objects means something. */
function lookAgain(turn: Turn, kind: string): void {
  for (const other of missed[kind] ?? []) {
    for (const key of turn.state.byKind.members(`${turn.scope}|${other}`)) claimStateOf(turn, key);
  }
}

/** What decisions need of an object. */
function slim(object: KubeObject): KubeObject {
  const { annotations: _, ...metadata } = object.metadata;
  if (object.kind !== 'ConfigMap' || !object.hashes) return { ...object, metadata };
  const { data: __, ...rest } = object;
  return { ...rest, metadata };
}

/** The facts apart from what grows or ticks without meaning anything. */
function material(object: KubeObject): string {
  return JSON.stringify(object, (name, value) => (ticking.has(name) ? undefined : value));
}

const ticking = new Set([
  'resourceVersion',
  'generation',
  'observedGeneration',
  'annotations',
  'lastUpdateTime',
  'lastScheduleTime',
]);
