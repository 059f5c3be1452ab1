// What an operator may set: read once, from the environment.
import { type Environment, fileSetting, readSettings } from '@winnow/contracts';
import { z } from 'zod';

export const dependenciesConfigSchema = z.strictObject({
  WINNOW_PROMETHEUS_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({
      description:
        "a Prometheus: its service-graph metrics (Tempo's, the OpenTelemetry Collector's, Istio's) are asked for every 30 s, and incidents' metrics are looked up there",
      takes: 'a URL such as http://prometheus:9090',
      // It may hold a user and a password.
      secret: true,
    }),
  WINNOW_DEPENDENCIES_FILE: fileSetting(
    'who calls whom, in the form of `dependencies.json`; read again when it changes',
  ),
});
export type DependenciesConfig = Readonly<z.infer<typeof dependenciesConfigSchema>>;

/** @throws SettingsWrong that names each variable and what it takes. */
export const readDependenciesConfig = (environment: Environment): DependenciesConfig =>
  readSettings(dependenciesConfigSchema, environment);
