// What an operator may set: read once, from the environment.
import { z } from 'zod';

export const dependenciesConfigSchema = z.strictObject({
  /** A Prometheus that holds service-graph metrics. */
  WINNOW_PROMETHEUS_URL: z
    .url({ protocol: /^https?$/, error: 'takes a URL such as http://prometheus:9090' })
    .optional(),
  /** Edges in the form of dependencies.json. */
  WINNOW_DEPENDENCIES_FILE: z.string().min(1).optional(),
});
export type DependenciesConfig = Readonly<z.infer<typeof dependenciesConfigSchema>>;

/** @throws Error that names the variable and what it takes. */
export function readDependenciesConfig(environment: Readonly<Record<string, string | undefined>>): DependenciesConfig {
  const names = Object.keys(dependenciesConfigSchema.shape);
  // A variable that is set to nothing is not set.
  const given = Object.fromEntries(names.map((name) => [name, environment[name] || undefined]));
  const parsed = dependenciesConfigSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Error(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
}
