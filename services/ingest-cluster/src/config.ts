// What an operator may set: read once, from the environment.
import { type Environment, intakeInstanceSetting, rateSettings, readSettings } from '@winnow/contracts';
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
  WINNOW_INSTANCE: intakeInstanceSetting,
  ...rateSettings,
  WINNOW_WATCH_EXTRA: extra.meta({
    description: 'further kinds to watch in live clusters, such as `argoproj.io/rollouts`',
    takes: '`group/resource`, several with commas between',
  }),
});
export type ClusterIngestConfig = Readonly<z.infer<typeof clusterIngestConfigSchema>>;

/** @throws SettingsWrong that names each variable and what it takes. */
export const readClusterIngestConfig = (environment: Environment): ClusterIngestConfig =>
  readSettings(clusterIngestConfigSchema, environment);
