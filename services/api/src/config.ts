// What an operator may set: read once, from the environment.
import { z } from 'zod';

export const apiConfigSchema = z.strictObject({
  /** Resolved incidents that the read model keeps. */
  WINNOW_API_KEEP_CLOSED: z.coerce.number().int().min(0).default(5_000),
  /** Labels, with commas between them, that /api/v2/alerts/groups groups by; `...` for all. */
  WINNOW_ALERT_GROUP_BY: z
    .string()
    .default('alertname,cluster')
    .transform((names) => names.split(',').flatMap((name) => name.trim() || [])),
  /** The tenant of what people do. */
  WINNOW_TENANT: z.string().min(1).default('default'),
});
export type ApiConfig = Readonly<z.infer<typeof apiConfigSchema>>;

/** @throws Error that names the variable and what it takes. */
export function readApiConfig(environment: Readonly<Record<string, string | undefined>>): ApiConfig {
  const names = Object.keys(apiConfigSchema.shape);
  // A variable that is set to nothing is not set.
  const given = Object.fromEntries(names.map((name) => [name, environment[name] || undefined]));
  const parsed = apiConfigSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Error(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
}
