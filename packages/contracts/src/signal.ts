// The records of `winnow.signals`, told apart by `type` (and the header ce_type): what grouping decides on, in one order.
import { z } from 'zod';
import { entityRefSchema } from './entity.ts';
import { symptomIds } from './symptoms.ts';
import { timeSchema } from './time.ts';
import { topologyFactsSchema } from './topology-facts.ts';

export const severities = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof severities)[number];
export const closedBySchema = z.enum(['recovered', 'deleted', 'timeout', 'expired', 'operator']);
export type ClosedBy = z.infer<typeof closedBySchema>;

export const signalSchema = z.object({
  /** Hash of cluster, entity, symptom and the observation that opened it. */
  id: z.string(),
  /** Who has the symptom: the owner (Deployment, StatefulSet, CronJob, …), Service, Node, claim, Ingress, namespace. */
  entity: entityRefSchema,
  /** The objects it was seen on (pods of the owner), at most five. */
  subjects: z.array(entityRefSchema),
  symptom: z.enum(symptomIds),
  /** The sender's own word: an event reason, an alert name, a waiting reason. */
  reason: z.string(),
  severity: z.enum(severities),
  /** Which sources told of it. */
  sources: z.array(z.string()),
  /** Distinct messages, redacted, first seen first, at most five, each at most 1,000 characters. */
  messages: z.array(z.string()),
  /** How often it was seen. */
  count: z.number(),
  /** When it happened, as told, never after the arrival. */
  firstSeen: timeSchema,
  lastSeen: timeSchema,
  /** Rare attributes that unrelated signals may share: node, image, container, zone, alertname, and references in the message (secret, claim, quota). */
  attributes: z.record(z.string(), z.string()),
  status: z.enum(['open', 'stale', 'resolved']),
  closedBy: closedBySchema.optional(),
  /** Ids of the silences that ended it: its alerts are under them, and nothing else speaks for it. */
  silencedBy: z.array(z.string()).optional(),
  /** It was found to be the same as this signal, which lives on. */
  mergedInto: z.string().optional(),
  /** Ids of observations: the first and the last ten. */
  observations: z.array(z.string()),
  /** Which rule made this item a signal of this entity. */
  why: z.string(),
});
export type Signal = Readonly<z.infer<typeof signalSchema>>;

const head = { schema: z.literal(1), tenant: z.string(), cluster: z.string(), at: timeSchema };

export const signalRecordSchema = z.discriminatedUnion('type', [
  z.object({
    ...head,
    type: z.literal('signal'),
    transition: z.enum(['opened', 'updated', 'resolved']),
    signal: signalSchema,
  }),
  /** The topology facts of an object changed; `facts` is absent where the object is gone. */
  z.object({ ...head, type: z.literal('topology'), entity: entityRefSchema, facts: topologyFactsSchema.optional() }),
  /** A call that tracing or a person told of; `gone` where nobody has told of it for long. */
  z.object({
    ...head,
    type: z.literal('dependency'),
    from: entityRefSchema,
    to: entityRefSchema,
    gone: z.literal(true).optional(),
    /** What was seen of its calls: the share that failed (0 to 1), the 99th percentile of their duration. */
    errorRatio: z.number().optional(),
    latencyMs: z.number().optional(),
  }),
  /** A change of an object that may be a cause. `change` is its id in `winnow.changes`. */
  z.object({ ...head, type: z.literal('change'), change: z.string(), entity: entityRefSchema, summary: z.string() }),
  /** What a person did to an incident. */
  z.object({
    ...head,
    type: z.literal('operator'),
    act: z.string(),
    incident: z.string().optional(),
    actor: z.string().optional(),
    root: entityRefSchema.optional(),
    mode: z.string().optional(),
    comment: z.string().optional(),
  }),
  /** Nothing but the time: the cluster's sources have been heard until `at`. */
  z.object({ ...head, type: z.literal('tick') }),
]);
export type SignalRecord = Readonly<z.infer<typeof signalRecordSchema>>;
