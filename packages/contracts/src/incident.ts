// The record of `winnow.incidents`: a revision of an incident group.
import { z } from 'zod';
import { entityRefSchema } from './entity.ts';
import { closedBySchema, severities, signalSchema } from './signal.ts';
import { timeSchema } from './time.ts';

/** Why a signal is a member: the relation that scored best, in words and as a score from 0 to 1. */
export const membershipSchema = z.object({
  /** The member that it was joined through; absent for the first. */
  through: z.string().optional(),
  rule: z.string(),
  score: z.number(),
  /** Edges walked, `Kind/namespace/name -type-> …`. */
  path: z.array(z.string()),
});
export type Membership = Readonly<z.infer<typeof membershipSchema>>;

export const incidentSchema = z.object({
  schema: z.literal(1),
  id: z.string(),
  tenant: z.string(),
  cluster: z.string(),
  revision: z.number(),
  status: z.enum(['open', 'stale', 'resolved']),
  closedBy: closedBySchema.optional(),
  /** The incident lives on under this id: this revision is a tombstone. */
  mergedInto: z.string().optional(),
  severity: z.enum(severities),
  openedAt: timeSchema,
  /** When it last changed, `at` of the record that changed it. */
  updatedAt: timeSchema,
  members: z.array(z.object({ signal: signalSchema, why: membershipSchema })),
  /** How many more members there are than are listed; absent where all are. */
  unlisted: z.number().optional(),
  /** Likely roots by position in the graph, best first; diagnosis decides. */
  roots: z.array(z.object({ entity: entityRefSchema, score: z.number(), why: z.string() })),
  /** A person has taken note of it. */
  acknowledged: z.object({ at: timeSchema, by: z.string().optional() }).optional(),
  /** What a person found to be the root. */
  confirmed: z
    .object({
      at: timeSchema,
      by: z.string().optional(),
      entity: entityRefSchema,
      mode: z.string(),
      /** In that person's words, redacted. */
      comment: z.string().optional(),
    })
    .optional(),
  /** Its members have stood still long enough to be looked into. */
  ready: z.boolean(),
  /** W3C trace id of the incident. */
  traceId: z.string(),
});
export type Incident = Readonly<z.infer<typeof incidentSchema>>;
