// The records of `winnow.lookups`: what a stage asks for, and what a worker found. Results are joined by the ask's id.
import { z } from 'zod';
import { lookupStatuses } from './item.ts';
import { timeSchema } from './time.ts';

export const lookupKinds = [
  'objects',
  'logs',
  'events',
  'metrics',
  'checks',
  'changes',
  'diagnosis',
  'notification',
] as const;
export type LookupKind = (typeof lookupKinds)[number];

export const askSchema = z.object({
  schema: z.literal(1),
  type: z.literal('ask'),
  /** hash(incident, revision, kind, arguments). */
  id: z.string(),
  tenant: z.string(),
  cluster: z.string(),
  incident: z.string(),
  revision: z.number(),
  kind: z.enum(lookupKinds),
  arguments: z.record(z.string(), z.unknown()),
  at: timeSchema,
  /** Milliseconds until a worker answers `timeout`. */
  deadline: z.number(),
  /** What is less is looked up first; 0 where absent. */
  priority: z.number().optional(),
});
export type Ask = Readonly<z.infer<typeof askSchema>>;

export const lookupResultSchema = z.object({
  schema: z.literal(1),
  type: z.literal('result'),
  /** The id of the ask. The first result in the log wins. */
  ask: z.string(),
  tenant: z.string(),
  cluster: z.string(),
  incident: z.string(),
  revision: z.number(),
  kind: z.enum(lookupKinds),
  status: z.enum(lookupStatuses),
  at: timeSchema,
  /** Redacted and bounded; absent unless the status is ok. */
  value: z.unknown(),
  /** Where the status is not ok: what happened. */
  message: z.string().optional(),
});
export type LookupResult = Readonly<z.infer<typeof lookupResultSchema>>;
export const lookupRecordSchema = z.discriminatedUnion('type', [askSchema, lookupResultSchema]);
export type LookupRecord = Readonly<z.infer<typeof lookupRecordSchema>>;
