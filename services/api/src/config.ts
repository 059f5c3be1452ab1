// What an operator may set: read once, from the environment.
import { z } from 'zod';

export const apiConfigSchema = z.strictObject({
  /** Resolved incidents that the read model keeps. */
  WINNOW_API_KEEP_CLOSED: z.coerce.number().int().min(0).default(5_000),
});
export type ApiConfig = Readonly<z.infer<typeof apiConfigSchema>>;

/** @throws Error that names the variable and what it takes. */
export function readApiConfig(environment: Readonly<Record<string, string | undefined>>): ApiConfig {
  const parsed = apiConfigSchema.safeParse({ WINNOW_API_KEEP_CLOSED: environment.WINNOW_API_KEEP_CLOSED });
  if (parsed.success) return parsed.data;
  throw new Error(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
}
