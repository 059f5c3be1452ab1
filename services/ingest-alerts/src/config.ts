// What an operator may set: read once, from the environment.
import {
  CLUSTER_LABEL,
  type Environment,
  intakeInstanceSetting,
  rateSettings,
  readSettings,
  tenantSetting,
} from '@winnow/contracts';
import { z } from 'zod';
import { defaultReplicaLabels } from './core/alert-options.ts';

const labelName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const listOf = (text: string) => text.split(/[\s,]+/).filter((part) => part !== '');

const labels = z
  .string()
  .transform((text) => (text === 'none' ? [] : listOf(text)))
  .refine((names) => names.every((name) => labelName.test(name)), 'takes names of labels with commas between, or none');

export const alertIntakeConfigSchema = z.strictObject({
  WINNOW_TENANT: tenantSetting,
  WINNOW_INSTANCE: intakeInstanceSetting,
  ...rateSettings,
  WINNOW_PAGERDUTY_SECRET: z.string().transform(listOf).pipe(z.array(z.string()).min(1)).optional().meta({
    description: "PagerDuty's webhooks must be signed with one of them: the old and the new one while they are rotated",
    takes: 'texts, separated by white space or commas',
    secret: true,
  }),
  WINNOW_REPLICA_LABELS: labels.default([...defaultReplicaLabels]).meta({
    description: 'they tell the replicas of one sender apart, and are dropped before alerts are told from each other',
    takes: 'labels with commas between, or `none`',
  }),
  WINNOW_CLUSTER_LABEL: z
    .string()
    .regex(labelName)
    .default(CLUSTER_LABEL)
    .meta({ description: "the label that names an alert's cluster", takes: 'the name of a label' }),
});
export type AlertIntakeConfig = Readonly<z.infer<typeof alertIntakeConfigSchema>>;

/** @throws SettingsWrong that names each variable and what it takes. */
export const readAlertIntakeConfig = (environment: Environment): AlertIntakeConfig =>
  readSettings(alertIntakeConfigSchema, environment);
