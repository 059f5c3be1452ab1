// What an operator may set: read once, from the environment.
import { z } from 'zod';
import { type KindRule, readKindRule } from './core.ts';

const extra = z
  .string()
  .default('')
  .transform((text, context) => {
    const names = text.split(',').filter((each) => each.trim() !== '');
    return names.flatMap((name): KindRule[] => {
      const rule = readKindRule(name);
      if (!rule) context.addIssue(`"${name.trim()}" is no group/resource: for example argoproj.io/rollouts`);
      return rule ? [rule] : [];
    });
  });

export const clusterIngestConfigSchema = z.strictObject({
  /** Names this intake in heartbeats; the same after a restart, so that what it vouched for is vouched for again. */
  WINNOW_INSTANCE: z.string().min(1).default('intake'),
  /** Further kinds to watch: `group/resource`, separated by commas. */
  WINNOW_WATCH_EXTRA: extra,
});
export type ClusterIngestConfig = Readonly<z.infer<typeof clusterIngestConfigSchema>>;

/** @throws Error that names the variable and what it takes. */
export function readClusterIngestConfig(
  environment: Readonly<Record<string, string | undefined>>,
): ClusterIngestConfig {
  const names = Object.keys(clusterIngestConfigSchema.shape);
  // A variable that is set to nothing is not set.
  const given = Object.fromEntries(names.map((name) => [name, environment[name] || undefined]));
  const parsed = clusterIngestConfigSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Error(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
}
