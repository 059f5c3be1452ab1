// What an operator may set: read once, from the environment.
import { CLUSTER_LABEL } from '@winnow/contracts';
import { z } from 'zod';
import { defaultReplicaLabels } from './core/alert-options.ts';

const labelName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const listOf = (text: string) => text.split(/[\s,]+/).filter((part) => part !== '');

const labels = z
  .string()
  .transform((text) => (text === 'none' ? [] : listOf(text)))
  .refine((names) => names.every((name) => labelName.test(name)), 'takes names of labels with commas between, or none');

export const alertIntakeConfigSchema = z.strictObject({
  WINNOW_TENANT: z.string().min(1).default('default'),
  /** Names this intake in heartbeats; the same after a restart, so that what it vouched for is vouched for again. */
  WINNOW_INSTANCE: z.string().min(1).default('intake'),
  /** Where set, PagerDuty's requests must be signed with one of them: the old and the new one while they are rotated. */
  WINNOW_PAGERDUTY_SECRET: z.string().transform(listOf).pipe(z.array(z.string()).min(1)).optional(),
  /** Labels that tell the replicas of a highly available sender apart: dropped before alerts are told from each other. */
  WINNOW_REPLICA_LABELS: labels.default([...defaultReplicaLabels]),
  /** The label that names an alert's cluster. */
  WINNOW_CLUSTER_LABEL: z.string().regex(labelName, 'takes the name of a label').default(CLUSTER_LABEL),
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
