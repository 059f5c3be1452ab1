// Audit entries: writes are changes, what was refused or failed may be a symptom, the rest is ordinary.
import { type AuditItem, type EntityRef, entity, hash64, kindOf } from '@winnow/contracts';
import { noteAuditedChange } from './changes.ts';
import { type Claim, muted, type Verdict } from './claim.ts';
import { KEPT_AUDITS } from './kept.ts';
import { highOf, keyOf, lowOf } from './packed-keys.ts';
import { isTold } from './portrait.ts';
import { raise, settleOrSave } from './raise.ts';
import { actingUser, type Complaint, isController, judgeFailure, judgeRefusal, toldAt } from './refused-requests.ts';
import { objectKey, PARTITION } from './state.ts';
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
  const { audits, timers, partition } = turn.state;
  audits.set(key, [partition.at, slot ? highOf(slot) : 0, slot ? lowOf(slot) : 0]);
  timers.add(PARTITION, { due: partition.at + KEPT_AUDITS, kind: 'audit', key });
  return verdict;
}

function decide(turn: Turn, audit: AuditItem): Verdict {
  const { code = 0 } = audit;
  if (audit.stage !== 'ResponseComplete' && audit.stage !== 'Panic') return muted('audit-stage');
  if (audit.stage === 'Panic' || code >= 500) return told(turn, audit, judgeFailure(turn, audit));
  if (code >= 400) return told(turn, audit, judgeRefusal(turn, audit));
  // Server-side apply, and an update of what was not there, create.
  const kind = code === 201 ? 'created' : code < 200 ? undefined : kinds[audit.verb];
  return kind && noteWrite(turn, audit, kind) ? muted('change-noted') : muted('ordinary-request');
}

/** Notes a write as a change; false where it is none that matters. */
function noteWrite(turn: Turn, audit: AuditItem, kind: 'created' | 'updated' | 'deleted'): boolean {
  const ref = targetOf(audit);
  if (!ref || !isTold(ref.kind)) return false;
  const scaled = audit.subresource === 'scale';
  if (audit.subresource && !scaled) return false;
  if (isController(actingUser(audit)) && !scaled) return false;
  const { object, patch, userAgent, user, impersonated } = audit;
  return noteAuditedChange(turn, {
    ref,
    kind,
    object: scaled ? undefined : object,
    patch,
    version: audit.resourceVersion,
    actor: impersonated === undefined ? user : `${user} as ${impersonated}`,
    userAgent,
    sourceIP: audit.sourceIPs?.at(-1),
  });
}

function targetOf({ target, object }: AuditItem): EntityRef | undefined {
  if (target?.name) return target;
  return object ? entity(kindOf(object), object.metadata.namespace, object.metadata.name) : undefined;
}

function told(turn: Turn, audit: AuditItem, judged: Complaint | Verdict): Verdict {
  if ('outcome' in judged) return judged;
  if (judged.beside) claimed(turn, audit, judged.beside);
  return claimed(turn, audit, judged.claim);
}

function claimed(turn: Turn, audit: AuditItem, claim: Claim): Verdict {
  const raised = raise(turn, claim, 'event', 1);
  complain(turn, raised.place, objectKey(turn.scope, claim.subject ?? claim.entity), toldAt(turn, audit));
  settleOrSave(turn, raised);
  return { outcome: raised.changed ? 'signal' : 'deduplicated', slot: raised.place.key };
}
