// The rate budget of a cluster, as an operator sets it: the same for every intake.
import { z } from 'zod';
import { type Environment, readSettings } from './settings.ts';

/** Items a second that a cluster may always send, where nothing else is set. */
export const USUAL_RATE = 10_000;

export const clusterRateSetting = z
  .union([z.literal('auto'), z.coerce.number().min(0)])
  .default('auto')
  .meta({
    description: `items a second that each cluster may send; above it this cluster alone is held back. \`auto\` is ${USUAL_RATE}, and more where nobody waits behind it; 0 is no limit`,
    takes: '`auto` or a number from 0 on',
  });

export const clusterBurstSetting = z.coerce.number().positive().optional().meta({
  description: 'items that a cluster may send at once before its rate counts',
  otherwise: 'ten times the rate',
});

/** To be part of the settings of each intake. */
export const rateSettings = { WINNOW_CLUSTER_RATE: clusterRateSetting, WINNOW_CLUSTER_BURST: clusterBurstSetting };
export type RateSettings = Readonly<z.output<z.ZodObject<typeof rateSettings>>>;

/** @throws SettingsWrong that names the variable and what it takes. */
export const readRateSettings = (environment: Environment): RateSettings =>
  readSettings(z.strictObject(rateSettings), environment);
