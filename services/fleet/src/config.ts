import { z } from 'zod';

const minutes = (count: number) => count * 60_000;

/** What an operator may set. Durations are milliseconds of record time. */
export const fleetConfigSchema = z.strictObject({
  /** Incidents begin together where so much lies between one and the next; what has ended so long ago is over. */
  window: z.number().positive().default(minutes(5)),
  /** Incidents are linked from this score on. */
  linkScore: z.number().min(0).max(1).default(0.6),
  /** What only hints at a cause is linked where so many clusters would share it by chance at most this often. */
  byChance: z.number().min(0).max(1).default(1e-4),
  /** What more than this share of the other incidents have is no evidence. */
  commonplace: z.number().min(0).max(1).default(0.3),
  /** What is over is remembered for so long: it says what is usual. */
  remember: z
    .number()
    .positive()
    .default(minutes(24 * 60)),
  /** An incident that nothing more is heard of for so long is let go. */
  maxAge: z
    .number()
    .positive()
    .default(minutes(7 * 24 * 60)),
  /** Incidents that are remembered of a tenant, at most. */
  maxIncidents: z.number().int().positive().default(20_000),
  /** At most so many members are listed in a revision; the others are counted. */
  maxListed: z.number().int().positive().default(500),
});
export type FleetConfig = Readonly<z.infer<typeof fleetConfigSchema>>;
