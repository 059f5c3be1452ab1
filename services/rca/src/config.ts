// What an operator may set: read once, from the environment.
import { z } from 'zod';

export const rcaConfigSchema = z.strictObject({
  /** Worker threads of the deterministic engine; 0 runs it on the main thread. */
  WINNOW_RCA_THREADS: z.coerce.number().int().min(0).max(16).default(1),
});
export type RcaConfig = Readonly<z.infer<typeof rcaConfigSchema>>;

/** @throws Error that names the variable and what it takes. */
export function readRcaConfig(environment: Readonly<Record<string, string | undefined>>): RcaConfig {
  const parsed = rcaConfigSchema.safeParse({ WINNOW_RCA_THREADS: environment.WINNOW_RCA_THREADS });
  if (parsed.success) return parsed.data;
  throw new Error(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
}
