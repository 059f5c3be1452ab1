// Audit entries: writes are changes, what was refused or failed is a symptom, the rest is ordinary.
import { type AuditItem, type EntityRef, entity, hash64, kindOf } from '@winnow/contracts';
import { noteAuditedChange } from './changes.ts';
import { type Claim, muted, type Verdict } from './claim.ts';
import { KEPT_AUDITS } from './forget-old.ts';
import { ownerOf, ownerOfObject } from './owners.ts';
import { highOf, keyOf, lowOf } from './packed-keys.ts';
import { isTold } from './portrait.ts';
import { raise, settleOrSave } from './raise.ts';
import { objectKey, PARTITION } from './state.ts';
import { msOf } from './time.ts';
import { complain } from './told.ts';
import type { Turn } from './turn.ts';

const kinds: Readonly<Record<string, 'created' | 'updated' | 'deleted'>> = {
  create: 'created',
  update: 'updated',
  patch: 'updated',
  delete: 'deleted',
};

export function takeAudit(turn: Turn, audit: AuditItem): Verdict {
  const key = hash64(`${turn.scope}|${audit.auditID}|${audit.stage}`);
  const known = turn.state.audits.get(key);
  if (known) return { outcome: 'deduplicated', slot: keyOf(known[1], known[2]) };
  const verdict = decide(turn, audit);
  const slot = verdict.outcome === 'muted' ? undefined : verdict.slot;
  turn.state.audits.set(key, [turn.at, slot ? highOf(slot) : 0, slot ? lowOf(slot) : 0]);
  turn.state.timers.add(PARTITION, { due: turn.at + KEPT_AUDITS, kind: 'audit', key });
  return verdict;
}

function decide(turn: Turn, audit: AuditItem): Verdict {
  const { code = 0 } = audit;
  if (audit.stage !== 'ResponseComplete' && audit.stage !== 'Panic') return muted('audit-stage');
  if (audit.stage === 'Panic' || code >= 500) return claimed(turn, audit, failure(turn, audit));
  if (code === 409) return muted('controller-conflict');
  if (code === 403) return refused(turn, audit);
  if (code >= 400 || code < 200) return muted('ordinary-request');
  const kind = kinds[audit.verb];
  return kind && noteWrite(turn, audit, kind) ? muted('change-noted') : muted('ordinary-request');
}

/** Notes a write as a change; false where it is none that matters. */
function noteWrite(turn: Turn, audit: AuditItem, kind: 'created' | 'updated' | 'deleted'): boolean {
  const ref = targetOf(audit);
  if (!ref || !isTold(ref.kind)) return false;
  const scaled = audit.subresource === 'scale';
  if (audit.subresource && !scaled) return false;
  if (isController(audit.user) && !scaled) return false;
  const object = scaled ? undefined : audit.object;
  return noteAuditedChange(turn, { ref, kind, object, actor: audit.user, userAgent: audit.userAgent });
}

function targetOf({ target, object }: AuditItem): EntityRef | undefined {
  if (target?.name) return target;
  return object ? entity(kindOf(object), object.metadata.namespace, object.metadata.name) : undefined;
}

/** The control plane's own identities: what they write follows from what people wrote. */
export const isController = (user: string): boolean =>
  /^system:(serviceaccount:kube-system:|kube-|node:|apiserver|masters)/.test(user);

/** The request failed within the API server. */
function failure(turn: Turn, { verb, resource, message, code, stage, at }: AuditItem): Claim {
  return {
    entity: { kind: 'Cluster', name: turn.cluster },
    symptom: 'control-plane',
    reason: stage === 'Panic' ? 'Panic' : `HTTP${code}`,
    message: `${verb} ${resource ?? 'request'}: ${message ?? `answered ${code}`}`,
    severity: 'high',
    since: Math.min(msOf(at) || turn.at, turn.at),
    settle: 15,
    recur: true,
    why: `audit: the API server failed a request`,
  };
}

function refused(turn: Turn, audit: AuditItem): Verdict {
  const makesPods = audit.verb === 'create' && audit.resource === 'pods' && isController(audit.user);
  if (makesPods) return claimed(turn, audit, podRefused(turn, audit));
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(audit.user);
  if (isController(audit.user) || !account) return muted('refused-request');
  const [, namespace, name = ''] = account;
  const what = `${audit.verb} ${audit.resource ?? ''}${audit.subresource ? `/${audit.subresource}` : ''}`;
  return claimed(turn, audit, {
    entity: entity('ServiceAccount', namespace, name),
    symptom: 'denied',
    reason: audit.reason ?? 'Forbidden',
    message: audit.message ?? `${what} is forbidden`,
    since: Math.min(msOf(audit.at) || turn.at, turn.at),
    recur: true,
    attributes: { serviceaccount: name },
    why: 'audit: an application was denied a request',
  });
}

/** A controller may not create a pod: the same trouble as its FailedCreate event. */
function podRefused(turn: Turn, audit: AuditItem): Claim {
  const maker = makerOf(turn, audit);
  const owner = maker ? ownerOf(turn.state, turn.scope, maker) : undefined;
  const of = audit.object && !maker ? ownerOfObject(turn.state, turn.scope, audit.object) : undefined;
  const namespace = audit.target?.namespace ?? audit.object?.metadata.namespace;
  return {
    entity:
      owner?.entity ??
      of ??
      (namespace ? { kind: 'Namespace', name: namespace } : { kind: 'Cluster', name: turn.cluster }),
    subject: maker,
    symptom: 'create-refused',
    reason: 'FailedCreate',
    message: audit.message ?? '',
    since: Math.min(msOf(audit.at) || turn.at, turn.at),
    provisional: owner?.provisional,
    why: 'audit: a controller was refused a pod',
  };
}

/** The ReplicaSet, Job or the like whose pod it was: by the pod's owner, else by its generated name. */
function makerOf(turn: Turn, { object, target, message }: AuditItem): EntityRef | undefined {
  const namespace = target?.namespace ?? object?.metadata.namespace;
  const owner = object?.metadata.ownerReferences?.find((each) => each.controller);
  if (owner) return entity(owner.kind, namespace, owner.name);
  const pod = /pods "([^"]+)"/.exec(message ?? '')?.[1];
  const stem = pod?.replace(/-[a-z0-9]{0,5}$/, '');
  return ['ReplicaSet', 'Job', 'StatefulSet', 'DaemonSet']
    .map((kind) => entity(kind, namespace, stem ?? ''))
    .find((ref) => turn.state.objects.has(objectKey(turn.scope, ref)));
}

function claimed(turn: Turn, audit: AuditItem, claim: Claim): Verdict {
  const raised = raise(turn, claim, 'event', 1);
  complain(
    turn,
    raised.place,
    objectKey(turn.scope, claim.subject ?? claim.entity),
    Math.min(msOf(audit.at) || turn.at, turn.at),
  );
  settleOrSave(turn, raised);
  return { outcome: raised.changed ? 'signal' : 'deduplicated', slot: raised.place.key };
}
