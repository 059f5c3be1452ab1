// Who changed what: field-level differences of configuration. The watch and the audit log tell of one change in either order.
import {
  type AuditItem,
  type Change,
  type EntityRef,
  type FieldDiff,
  hash64,
  type KubeObject,
  kindOf,
  known as whatIsKnown,
} from '@winnow/contracts';
import { KEPT_CHANGES } from './kept.ts';
import { isListing } from './listed.ts';
import { hasController } from './owners.ts';
import { differencesOfPatch } from './patch-diff.ts';
import { differences, isTold, portraitOf } from './portrait.ts';
import { objectKey, type RecentChange } from './state.ts';
import { msOf, SECOND } from './time.ts';
import { type Turn, tell } from './turn.ts';

const DIFFS = 40;

interface Seen {
  readonly entity: EntityRef;
  readonly kind: 'created' | 'updated' | 'deleted';
  readonly diff: readonly FieldDiff[];
  readonly version: string | undefined;
  readonly actor?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly sourceIP?: string | undefined;
}

/** What the watch shows: another configuration than before. */
export function noteWatchedChange(
  turn: Turn,
  ref: EntityRef,
  before: KubeObject | undefined,
  after: KubeObject | undefined,
  change: 'ADDED' | 'MODIFIED' | 'DELETED',
): void {
  const object = after ?? before;
  if (!object || !matters(object)) return;
  const version = after?.metadata.resourceVersion;
  if (change === 'DELETED') {
    note(turn, { entity: ref, kind: 'deleted', diff: [], version: undefined });
    return;
  }
  if (!before) {
    if (isNew(turn, object)) note(turn, { entity: ref, kind: 'created', diff: [], version });
    return;
  }
  const diff = differences(portraitOf(before), portraitOf(object));
  if (diff.length > 0) note(turn, { entity: ref, kind: 'updated', diff, version });
}

/** What the audit log tells: a write by someone. `object` is the object after it, where the log holds it. */
export function noteAuditedChange(
  turn: Turn,
  write: {
    readonly ref: EntityRef;
    readonly kind: Seen['kind'];
    readonly object?: KubeObject | undefined;
    readonly patch?: AuditItem['patch'];
    /** The object's version after it. */
    readonly version?: string | undefined;
    readonly actor: string;
    readonly userAgent?: string | undefined;
    readonly sourceIP?: string | undefined;
  },
): boolean {
  const { ref, kind, object, patch, version = object?.metadata.resourceVersion, ...by } = write;
  if (!isTold(ref.kind) || (object && hasController(object))) return false;
  const known = turn.state.objects.get(objectKey(turn.scope, ref))?.object;
  if (known && hasController(known)) return false;
  const diff = kind === 'updated' ? differencesOfWrite(write, known) : [];
  const seen = { entity: ref, kind, diff, version, ...by };
  // A write that left the configuration as it was tells nothing, unless the watch was first with it.
  const idle = kind === 'updated' && diff.length === 0 && known && (object || patch) && isShown(known, by.actor);
  if (idle && !matchOf(recentOf(turn, ref), seen)) return false;
  note(turn, seen);
  return true;
}

function differencesOfWrite(
  { ref, object, patch }: Parameters<typeof noteAuditedChange>[1],
  known: KubeObject | undefined,
): FieldDiff[] {
  const shown = object && known ? differences(portraitOf(known), portraitOf(object)) : [];
  // Of a Secret only the names of its keys are known: that a value was to change the patch alone tells.
  return shown.length > 0 || !patch ? shown : differencesOfPatch(patch, ref, known);
}

/** Of kinds without facts of their own, and of values that are not kept, no change can be seen: a person's word is taken for it. */
function isShown(known: KubeObject, actor: string): boolean {
  return (known.kind !== 'Other' && known.kind !== 'Secret') || actor.startsWith('system:');
}

/** Objects that a controller makes are told of with their owner. */
const matters = (object: KubeObject): boolean => isTold(kindOf(object)) && !hasController(object);

/** Made since its cluster has been watched; what a list holds, or a first look shows, only became known. */
function isNew(turn: Turn, object: KubeObject): boolean {
  const { since } = turn.row;
  const { creationTimestamp, namespace } = object.metadata;
  return (
    !isListing(turn, kindOf(object), namespace) &&
    turn.at > since &&
    msOf(creationTimestamp) >= Math.floor(since / SECOND) * SECOND
  );
}

const recentOf = (turn: Turn, ref: EntityRef): readonly RecentChange[] =>
  (turn.state.recent.get(objectKey(turn.scope, ref)) ?? []).filter((each) => turn.at - each.at < KEPT_CHANGES);

const diffKey = (kind: string, diff: readonly FieldDiff[]): string => `${kind}:${hash64(JSON.stringify(diff))}`;

/** What the other source has told of the same change: surest by the version that came of it. */
function matchOf(recent: readonly RecentChange[], seen: Seen): RecentChange | undefined {
  const others = recent.filter((each) => each.actor === undefined || seen.actor === undefined);
  const sameVersion = ({ version }: RecentChange) => version !== undefined && version === seen.version;
  return others.find(sameVersion) ?? others.find((each) => joins(each, seen));
}

/** The same differences, or the same one-off act. */
function joins(known: RecentChange, seen: Seen): boolean {
  if (known.version !== undefined && seen.version !== undefined && known.version !== seen.version) {
    // A list passes over versions in between, and shows what changed in them under the last.
    return seen.diff.length > 0 && known.diff === diffKey(seen.kind, seen.diff);
  }
  const oneIsBare = seen.diff.length === 0 || known.kept.length === 0;
  return known.diff === diffKey(seen.kind, seen.diff) || (known.diff.startsWith(`${seen.kind}:`) && oneIsBare);
}

function note(turn: Turn, seen: Seen): void {
  const key = objectKey(turn.scope, seen.entity);
  const recent = [...recentOf(turn, seen.entity)];
  const known = matchOf(recent, seen);
  if (known) {
    if (known.observations.length < 10) known.observations.push(turn.item);
    if (complete(known, seen)) republish(turn, known, seen);
    turn.state.recent.set(key, recent);
    return;
  }
  const id = `chg-${hash64(`${key}|${turn.item}`)}`;
  const entry: RecentChange = {
    id,
    at: turn.at,
    ...(seen.version && { version: seen.version }),
    diff: diffKey(seen.kind, seen.diff),
    ...authorOf(seen),
    observations: [turn.item],
    summary: summaryOf(seen),
    kept: seen.diff.slice(0, DIFFS),
  };
  recent.push(entry);
  turn.state.recent.set(key, recent.slice(-20));
  turn.state.timers.add(turn.scope, { due: turn.at + KEPT_CHANGES, kind: 'change', key });
  republish(turn, entry, seen);
  tell(turn, { type: 'change', change: id, entity: seen.entity, summary: entry.summary });
}

/** Adds what the other source knows; true where there was something to add. */
function complete(known: RecentChange, seen: Seen): boolean {
  const newActor = seen.actor !== undefined && known.actor === undefined;
  const newDiff = seen.diff.length > 0 && known.kept.length === 0;
  if (newActor) Object.assign(known, authorOf(seen));
  if (seen.version !== undefined) known.version ??= seen.version;
  if (newDiff)
    Object.assign(known, {
      kept: seen.diff.slice(0, DIFFS),
      diff: diffKey(seen.kind, seen.diff),
      summary: summaryOf(seen),
    });
  return newActor || newDiff;
}

/** Puts the change out; once more with its author where the audit log told of it later. */
function republish(turn: Turn, entry: RecentChange, seen: Seen): void {
  const { id, summary, kept, observations } = entry;
  putChange(turn, {
    id,
    at: new Date(entry.at).toISOString(),
    entity: seen.entity,
    kind: seen.kind,
    summary,
    diff: [...kept],
    observations: [...observations],
    ...authorOf(entry),
  });
}

/** Who, by what and from where. */
const authorOf = ({ actor, userAgent, sourceIP }: Pick<Seen, 'actor' | 'userAgent' | 'sourceIP'>) =>
  whatIsKnown({ actor, userAgent, sourceIP });

/** Puts a change out; the same id again replaces it. */
export function putChange(
  turn: Turn,
  change: Omit<Change, 'schema' | 'tenant' | 'cluster' | 'at'> & { readonly at?: string },
): void {
  const value = { schema: 1, tenant: turn.tenant, cluster: turn.cluster, at: turn.atText, ...change };
  turn.emit.push({ topic: 'winnow.changes', key: turn.cluster, type: 'change', value });
}

function summaryOf({ entity, kind, diff }: Seen): string {
  const name = `${entity.kind} ${entity.namespace ? `${entity.namespace}/` : ''}${entity.name}`;
  if (diff.length === 0) return `${name} was ${kind}`;
  const shown = diff
    .slice(0, 3)
    .map(({ path, before, after }) => `${path}: ${before ?? 'unset'} → ${after ?? 'unset'}`);
  const more = diff.length > 3 ? ` and ${diff.length - 3} more` : '';
  return `${name}: ${shown.join('; ')}${more}`.slice(0, 600);
}
