import { z } from 'zod';

/** What an operator may set. Durations are milliseconds of record time. */
export const groupingConfigSchema = z.strictObject({
  /** A signal joins an incident from this score on. */
  joinScore: z.number().min(0).max(1).default(0.5),
  /** Incidents merge through a signal that relates to both from this score on. */
  mergeScore: z.number().min(0).max(1).default(0.6),
  /** An incident is ready when no entity has joined it for so long, … */
  settleQuiet: z.number().positive().default(10_000),
  /** … or so long after it opened or last changed. */
  settleLongest: z.number().positive().default(30_000),
  /** A resolved incident is reopened by the same trouble within this time. */
  reopenWithin: z.number().positive().default(600_000),
  /** An incident older than this takes no new members. */
  maxAge: z.number().positive().default(86_400_000),
  /** Signals of low severity wait so long for an incident to join. */
  looseFor: z.number().positive().default(600_000),
  /** At most so many members are listed in a revision; the others are counted. */
  maxListed: z.number().int().positive().default(500),
});
export type GroupingConfig = Readonly<z.infer<typeof groupingConfigSchema>>;
