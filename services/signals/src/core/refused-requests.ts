// Requests that the API server refused or failed: whose trouble that is. Most of them are nobody's.
import { type AuditItem, type EntityRef, entity } from '@winnow/contracts';
import { type Claim, muted, type Verdict } from './claim.ts';
import { ownerOf, ownerOfObject } from './owners.ts';
import { objectKey } from './state.ts';
import { msOf } from './time.ts';
import type { Turn } from './turn.ts';

/** What is claimed besides the entry's own claim: another object that the same entry shows to be in trouble. */
export interface Complaint {
  readonly claim: Claim;
  readonly beside?: Claim | undefined;
}

/** The control plane's own identities: what they write follows from what people wrote. */
export const isController = (user: string): boolean =>
  /^system:(serviceaccount:kube-system:|kube-|node:|apiserver|masters)/.test(user);

/** Whose rights the request had. */
export const actingUser = ({ user, impersonated }: AuditItem): string => impersonated ?? user;

/** When it happened, as told, never after its arrival. */
export const toldAt = (turn: Turn, { at }: AuditItem): number => Math.min(msOf(at) || turn.at, turn.at);

/** Answered with 400 to 499. */
export function judgeRefusal(turn: Turn, audit: AuditItem): Complaint | Verdict {
  const { code, message = '', subresource } = audit;
  const evicts = subresource === 'eviction';
  if (makesPods(audit) && !passing(audit)) return { claim: podRefused(turn, audit) };
  if (code === 429 && !evicts) return { claim: overloaded(turn, audit) };
  if (isController(actingUser(audit))) return muted(code === 409 ? 'controller-conflict' : rule(audit));
  if (code === 403 && quotaIn(message)) return { claim: quotaFull(turn, audit) };
  if (code === 429) return { claim: evictionRefused(turn, audit) };
  const account = accountOf(audit);
  return account && mattersToApplication(audit) ? { claim: denied(turn, audit, account) } : muted(rule(audit));
}

const rule = ({ code }: AuditItem) =>
  code === 403 || code === 409 || code === 422 ? 'refused-request' : 'ordinary-request';

/** What is tried again and goes through: a name that is taken, a quota that is being counted. */
const passing = ({ code, message = '' }: AuditItem): boolean =>
  code === 404 || code === 401 || (code === 409 && !/exceeded quota/.test(message));

const makesPods = (audit: AuditItem): boolean =>
  audit.verb === 'create' && audit.resource === 'pods' && !audit.subresource && isController(actingUser(audit));

const quotaIn = (message: string): string | undefined => /exceeded quota: ([^,\s]+)/.exec(message)?.[1];
const isDenial = (message: string): boolean =>
  /admission webhook "[^"]*" denied|ValidatingAdmissionPolicy .* denied|violates PodSecurity/.test(message);

/** The workloads of a cluster that talk to its API server, by their accounts. */
function accountOf(audit: AuditItem): EntityRef | undefined {
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(actingUser(audit));
  return account ? entity('ServiceAccount', account[1], account[2] ?? '') : undefined;
}

/** Elections and writes that met another are how the API is used; what is refused for what it says is not. */
function mattersToApplication({ code, resource, reason, message = '' }: AuditItem): boolean {
  if (code === 403 || code === 422) return true;
  if (code === 400) return isDenial(message);
  return code === 409 && resource !== 'leases' && reason !== 'AlreadyExists';
}

/** An application's account is refused, again and again. Where admission refuses what it writes, that is the trouble of what is written. */
function denied(turn: Turn, audit: AuditItem, account: EntityRef): Claim {
  const { verb, resource = '', subresource, code, reason, message, target } = audit;
  const admission = isDenial(message ?? '');
  const what = `${verb} ${resource}${subresource ? `/${subresource}` : ''}`;
  return {
    entity: admission && target?.name ? target : account,
    symptom: 'denied',
    reason: admission ? 'AdmissionDenied' : (reason ?? (code === 409 ? 'Conflict' : 'Forbidden')),
    message: message ?? `${what} is refused (${code})`,
    since: toldAt(turn, audit),
    recur: true,
    attributes: { serviceaccount: account.name },
    why: 'audit: an application was denied a request',
  };
}

/** Somebody besides a controller was refused for a quota: alone it opens nothing, and it says what others run into. */
function quotaFull(turn: Turn, audit: AuditItem): Claim {
  const quota = quotaIn(audit.message ?? '') ?? '';
  const namespace =
    audit.target?.namespace ?? /namespaces?\/([^/]+)/.exec(audit.message ?? '')?.[1] ?? audit.maker?.namespace;
  return {
    entity: namespace ? entity('ResourceQuota', namespace, quota) : { kind: 'Cluster', name: turn.cluster },
    symptom: 'quota-full',
    reason: 'ExceededQuota',
    message: audit.message ?? '',
    severity: 'low',
    since: toldAt(turn, audit),
    attributes: { quota },
    why: 'audit: a request was refused for a quota',
  };
}

/** A disruption budget keeps a pod where it is. */
function evictionRefused(turn: Turn, audit: AuditItem): Claim {
  const owner = audit.target && ownerOf(turn.state, turn.scope, audit.target);
  return {
    entity: owner?.entity ?? { kind: 'Cluster', name: turn.cluster },
    subject: audit.target,
    symptom: 'denied',
    reason: 'DisruptionBudget',
    message: audit.message ?? 'Cannot evict pod as it would violate its disruption budget.',
    since: toldAt(turn, audit),
    recur: true,
    provisional: owner?.provisional,
    why: 'audit: an eviction was refused',
  };
}

function overloaded(turn: Turn, audit: AuditItem): Claim {
  return { ...failure(turn, audit), reason: 'TooManyRequests', why: 'audit: the API server turned requests away' };
}

/** Answered with 500 or more, or not at all. */
export function judgeFailure(turn: Turn, audit: AuditItem): Complaint | Verdict {
  const { message = '', subresource = '', target } = audit;
  const webhook = webhookIn(turn, audit);
  if (makesPods(audit)) return { claim: podRefused(turn, audit), beside: webhook };
  if (webhook) return { claim: webhook };
  // What stands behind the proxy has answered, not the API server.
  if (subresource === 'proxy') return muted('ordinary-request');
  if (target?.kind === 'Pod' && streams.has(subresource)) return { claim: nodeSilent(turn, audit, target) };
  if (audit.code === 503 && isAggregated(audit)) return { claim: apiUnserved(turn, audit) };
  return { claim: failure(turn, audit, message) };
}

const streams = new Set(['exec', 'attach', 'log', 'portforward']);

/** The request failed within the API server. */
function failure(turn: Turn, audit: AuditItem, message = audit.message): Claim {
  const { verb, resource, code, stage } = audit;
  return {
    entity: { kind: 'Cluster', name: turn.cluster },
    symptom: 'control-plane',
    reason: stage === 'Panic' ? 'Panic' : `HTTP${code}`,
    message: `${verb} ${resource ?? 'request'}: ${message || `answered ${code}`}`,
    severity: 'high',
    since: toldAt(turn, audit),
    settle: 15,
    recur: true,
    why: 'audit: the API server failed a request',
  };
}

/** An admission webhook that does not answer: the Service behind it, where the API server names one. */
function webhookIn(turn: Turn, audit: AuditItem): Claim | undefined {
  const { message = '' } = audit;
  const webhook = /failed calling webhook "([^"]+)"/.exec(message)?.[1];
  if (webhook === undefined) return undefined;
  const [, name = '', namespace] = /https:\/\/([^./:"]+)\.([^./:"]+)\.svc/.exec(message) ?? [];
  return {
    entity: namespace ? entity('Service', namespace, name) : { kind: 'Cluster', name: turn.cluster },
    symptom: namespace ? 'connectivity-failed' : 'control-plane',
    reason: 'WebhookFailed',
    message,
    severity: 'high',
    since: toldAt(turn, audit),
    settle: 15,
    recur: true,
    attributes: { webhook },
    why: 'audit: an admission webhook failed',
  };
}

/** The kubelet of the pod's node does not take what the API server passes on. */
function nodeSilent(turn: Turn, audit: AuditItem, pod: EntityRef): Claim {
  const known = turn.state.objects.get(objectKey(turn.scope, pod))?.object;
  const node = known?.kind === 'Pod' ? known.spec?.nodeName : undefined;
  return {
    ...failure(turn, audit),
    entity: node ? entity('Node', undefined, node) : ownerOf(turn.state, turn.scope, pod).entity,
    symptom: 'connectivity-failed',
    severity: 'medium',
    subject: node ? undefined : pod,
    why: 'audit: a kubelet was not reached',
  };
}

/** Groups that the API server itself does not serve. */
const isAggregated = ({ apiGroup = '' }: AuditItem): boolean =>
  apiGroup.includes('.') && (!apiGroup.endsWith('.k8s.io') || /(?:^|\.)metrics\.k8s\.io$/.test(apiGroup));

function apiUnserved(turn: Turn, audit: AuditItem): Claim {
  const { apiGroup = '', apiVersion = 'v1' } = audit;
  return { ...failure(turn, audit), entity: { kind: 'APIService', name: `${apiVersion}.${apiGroup}` } };
}

/** A controller may not create a pod: the same trouble as its FailedCreate event. */
function podRefused(turn: Turn, audit: AuditItem): Claim {
  const maker = makerOf(turn, audit);
  const owner = maker ? ownerOf(turn.state, turn.scope, maker) : undefined;
  const of = audit.object && !maker ? ownerOfObject(turn.state, turn.scope, audit.object) : undefined;
  const namespace = audit.target?.namespace ?? audit.object?.metadata.namespace;
  const webhook = /failed calling webhook "([^"]+)"/.exec(audit.message ?? '')?.[1];
  return {
    entity:
      owner?.entity ??
      of ??
      (namespace ? { kind: 'Namespace', name: namespace } : { kind: 'Cluster', name: turn.cluster }),
    subject: maker,
    symptom: 'create-refused',
    reason: 'FailedCreate',
    message: audit.message ?? '',
    since: toldAt(turn, audit),
    provisional: owner?.provisional,
    ...(webhook && { attributes: { webhook } }),
    why: 'audit: a controller was refused a pod',
  };
}

/** The ReplicaSet, Job or the like whose pod it was: by the pod's owner, else by its generated name. */
function makerOf(turn: Turn, { object, maker, target, message }: AuditItem): EntityRef | undefined {
  if (maker) return maker;
  const namespace = target?.namespace ?? object?.metadata.namespace;
  const owner = object?.metadata.ownerReferences?.find((each) => each.controller);
  if (owner) return entity(owner.kind, namespace, owner.name);
  const pod = /pods "([^"]+)"/.exec(message ?? '')?.[1];
  const stem = pod?.replace(/-[a-z0-9]{0,5}$/, '');
  return ['ReplicaSet', 'Job', 'StatefulSet', 'DaemonSet']
    .map((kind) => entity(kind, namespace, stem ?? ''))
    .find((ref) => turn.state.objects.has(objectKey(turn.scope, ref)));
}
