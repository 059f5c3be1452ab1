// The items of an arrival, each kind in one shape whatever way it came.
import { z } from 'zod';
import { deadLetterCodes } from './drop-reasons.ts';
import { entityRefSchema } from './entity.ts';
import { kubeObjectSchema } from './kube.ts';
import { timeSchema } from './time.ts';

const labels = z.record(z.string(), z.string());

/** Names of bodies that were cut from an item because it was over 256 KiB. */
const trimmed = z.array(z.string()).optional();

export const alertItemSchema = z.object({
  type: z.literal('alert'),
  /** Hash of the labels (replica labels stripped): 16 hexadecimal digits. */
  fingerprint: z.string(),
  status: z.enum(['firing', 'resolved']),
  labels,
  annotations: labels,
  startsAt: timeSchema.optional(),
  endsAt: timeSchema.optional(),
  generatorURL: z.string().optional(),
  /**
   * Of senders that tell each turn once, in no sure order (PagerDuty, Datadog, CloudEvents): when it took this turn, on the sender's
   * clock, and the sender's own id of the telling. What is older than the latest turn known changes nothing.
   */
  toldAt: timeSchema.optional(),
  telling: z.string().optional(),
  trimmed,
});
export type AlertItem = Readonly<z.infer<typeof alertItemSchema>>;

export const eventItemSchema = z.object({
  type: z.literal('event'),
  uid: z.string().optional(),
  resourceVersion: z.string().optional(),
  regarding: entityRefSchema,
  /** uid of the object that the event is about. */
  regardingUid: z.string().optional(),
  /** The container that the event is about, from involvedObject.fieldPath. */
  container: z.string().optional(),
  reason: z.string(),
  eventType: z.string(),
  message: z.string(),
  /** `series.count ?? count ?? 1`: how often it has happened so far. */
  count: z.number(),
  firstAt: timeSchema.optional(),
  lastAt: timeSchema.optional(),
  /** The component that reported it. */
  reporter: z.string().optional(),
  /** The node that it was reported from. */
  node: z.string().optional(),
  /** The event object was removed: its time to live is over. */
  deleted: z.boolean().optional(),
  trimmed,
});
export type EventItem = Readonly<z.infer<typeof eventItemSchema>>;

export const objectItemSchema = z.object({
  type: z.literal('object'),
  change: z.enum(['ADDED', 'MODIFIED', 'DELETED']),
  /** The facts of the object, redacted; for DELETED its last known state. */
  object: kubeObjectSchema,
  trimmed,
});
export type ObjectItem = Readonly<z.infer<typeof objectItemSchema>>;

/** A list of all objects of a kind begins or ends; what it does not hold has vanished. */
export const listMarkerItemSchema = z.object({
  type: z.enum(['list-begin', 'list-end']),
  kind: z.string(),
  namespace: z.string().optional(),
  /** Of a beginning: the cluster has gone back in time, as after a restore of etcd; versions that were told before mean nothing. */
  restored: z.boolean().optional(),
});
export type ListMarkerItem = Readonly<z.infer<typeof listMarkerItemSchema>>;

export const auditItemSchema = z.object({
  type: z.literal('audit'),
  auditID: z.string(),
  stage: z.string(),
  verb: z.string(),
  user: z.string(),
  groups: z.array(z.string()).optional(),
  /** Whom the user acted as, where that was somebody else. */
  impersonated: z.string().optional(),
  userAgent: z.string().optional(),
  sourceIPs: z.array(z.string()).optional(),
  /** The plural resource name, e.g. `services`. */
  resource: z.string().optional(),
  subresource: z.string().optional(),
  /** Absent for the core group. */
  apiGroup: z.string().optional(),
  apiVersion: z.string().optional(),
  /** The object that was asked for; its kind is derived from the resource. */
  target: entityRefSchema.optional(),
  code: z.number().optional(),
  /** The API server's own words where it refused or failed. */
  message: z.string().optional(),
  reason: z.string().optional(),
  at: timeSchema.optional(),
  /** For writes: the facts of the object after the request, redacted, where the audit level has them. */
  object: kubeObjectSchema.optional(),
  /** The controller that what was to be created would have belonged to. */
  maker: entityRefSchema.optional(),
  /** The target's version after a write that went through. */
  resourceVersion: z.string().optional(),
  /** What a patch asked for, field by field, redacted; `value` is absent where a field was to go or its value is not kept. */
  patch: z.array(z.object({ path: z.string(), value: z.string().optional() })).optional(),
  trimmed,
});
export type AuditItem = Readonly<z.infer<typeof auditItemSchema>>;

const serviceRef = z.object({ namespace: z.string(), service: z.string() });
export const dependencyItemSchema = z.object({
  type: z.literal('dependency'),
  from: serviceRef,
  to: serviceRef,
  /** How it is known; declared where absent. */
  via: z.enum(['declared', 'service-graph', 'trace']).optional(),
  /** What was seen of the calls since it was told last: their number, the share that failed (0 to 1), the 99th percentile of their duration. */
  calls: z.number().optional(),
  errorRatio: z.number().optional(),
  latencyMs: z.number().optional(),
  /** It is no more, says who told of it. */
  gone: z.literal(true).optional(),
});
export type DependencyItem = Readonly<z.infer<typeof dependencyItemSchema>>;

export const changeItemSchema = z.object({
  type: z.literal('change'),
  /** deployment, feature-flag, maintenance, … */
  kind: z.string(),
  subject: entityRefSchema,
  summary: z.string(),
  actor: z.string().optional(),
  /** Of what is planned to last, as a maintenance window. */
  startsAt: timeSchema.optional(),
  endsAt: timeSchema.optional(),
});
export type ChangeItem = Readonly<z.infer<typeof changeItemSchema>>;

/** A silence as Alertmanager keeps it. One that ends before now has expired; the same id again replaces it. */
export const silenceSchema = z.object({
  id: z.string(),
  matchers: z.array(
    z.object({ name: z.string(), value: z.string(), isRegex: z.boolean(), isEqual: z.boolean().default(true) }),
  ),
  startsAt: timeSchema,
  endsAt: timeSchema,
  createdBy: z.string(),
  comment: z.string(),
  /** When a person last changed it: of two records of one silence the later one counts. The arrival where absent. */
  updatedAt: timeSchema.optional(),
  /** Names and patterns of the clusters that it mutes, where whoever said it may speak for these alone. All of its tenant where absent. */
  clusters: z.array(z.string()).optional(),
});
export type Silence = Readonly<z.infer<typeof silenceSchema>>;

export const operatorItemSchema = z.looseObject({
  type: z.literal('operator'),
  act: z.enum(['silence', 'acknowledge', 'close', 'confirm']),
  actor: z.string().optional(),
  /** The incident that the act is about. */
  incident: z.string().optional(),
  /** Of a silence. */
  silence: silenceSchema.optional(),
  /** Alerts that fired when it was said and that it matches; at most 1,000. Others are muted when they are sent again. */
  mutes: z.array(z.object({ cluster: z.string(), fingerprint: z.string() })).optional(),
  /** Of a confirmation: whose fault it was, and which failure mode, in a person's judgement. */
  root: entityRefSchema.optional(),
  mode: z.string().optional(),
  comment: z.string().optional(),
});
export type OperatorItem = Readonly<z.infer<typeof operatorItemSchema>>;

/** That source instance is heard; it vouches for nothing else. */
export const heartbeatItemSchema = z.object({
  type: z.literal('heartbeat'),
  source: z.string(),
  instance: z.string(),
  /** Of alerts: who is heard through it, where whoever tells of the heartbeat knows. */
  sender: z.string().optional(),
});
export type HeartbeatItem = Readonly<z.infer<typeof heartbeatItemSchema>>;

export const lookupStatuses = ['ok', 'empty', 'denied', 'timeout', 'failed', 'cancelled'] as const;
export type LookupStatus = (typeof lookupStatuses)[number];

/** The recorded result of a look-up (logs, objects, metrics, checks, …). */
export const lookupItemSchema = z.object({
  type: z.literal('lookup'),
  kind: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  status: z.enum(lookupStatuses),
  value: z.unknown(),
});
export type LookupItem = Readonly<z.infer<typeof lookupItemSchema>>;

/** Something of the arrival could not be read: it becomes a dead letter, its neighbours are kept. */
export const unreadableItemSchema = z.object({
  type: z.literal('unreadable'),
  code: z.enum(Object.keys(deadLetterCodes) as [keyof typeof deadLetterCodes]),
  /** File, line, element and field: `pods.json`, `line 17`, `[3].labels.alertname`. */
  place: z.string(),
  expected: z.string(),
  found: z.string(),
});
export type UnreadableItem = Readonly<z.infer<typeof unreadableItemSchema>>;

export const itemSchema = z.union([
  z.discriminatedUnion('type', [
    alertItemSchema,
    eventItemSchema,
    objectItemSchema,
    auditItemSchema,
    dependencyItemSchema,
    changeItemSchema,
    heartbeatItemSchema,
    lookupItemSchema,
    unreadableItemSchema,
  ]),
  listMarkerItemSchema,
  operatorItemSchema,
]);
export type Item = Readonly<z.infer<typeof itemSchema>>;
