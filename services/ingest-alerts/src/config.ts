// What an operator may set: read once, from the environment.
import { z } from 'zod';

export const alertIntakeConfigSchema = z.strictObject({
  WINNOW_TENANT: z.string().min(1).default('default'),
  /** Names this intake in heartbeats; the same after a restart, so that what it vouched for is vouched for again. */
  WINNOW_INSTANCE: z.string().min(1).default('intake'),
  /** Where set, PagerDuty's requests must be signed with it. */
  WINNOW_PAGERDUTY_SECRET: z.string().min(1).optional(),
});
export type AlertIntakeConfig = Readonly<z.infer<typeof alertIntakeConfigSchema>>;

/** @throws Error that names the variable and what it takes. */
export function readAlertIntakeConfig(environment: Readonly<Record<string, string | undefined>>): AlertIntakeConfig {
  const names = Object.keys(alertIntakeConfigSchema.shape);
  // A variable that is set to nothing is not set.
  const given = Object.fromEntries(names.map((name) => [name, environment[name] || undefined]));
  const parsed = alertIntakeConfigSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Error(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
}
