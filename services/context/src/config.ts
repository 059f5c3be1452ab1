// What an operator may set: read once, from the environment.
import { z } from 'zod';

export const contextConfigSchema = z.strictObject({
  /** Look-ups that run at once. */
  WINNOW_CONTEXT_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(4),
});
export type ContextConfig = Readonly<z.infer<typeof contextConfigSchema>>;

/** @throws Error that names the variable and what it takes. */
export function readContextConfig(environment: Readonly<Record<string, string | undefined>>): ContextConfig {
  const { WINNOW_CONTEXT_CONCURRENCY } = environment;
  const parsed = contextConfigSchema.safeParse({ WINNOW_CONTEXT_CONCURRENCY });
  if (parsed.success) return parsed.data;
  throw new Error(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
}
