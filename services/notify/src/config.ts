// What an operator may set: read once, from the command line and the environment.
import { type Environment, readSettings } from '@winnow/contracts';
import { z } from 'zod';
import { type NamedReceiver, namedReceiver } from './named-receiver.ts';

export const notifyConfigSchema = z.strictObject({
  WINNOW_NOTIFY_URLS: z
    .string()
    .default('')
    .transform((text) => text.split(/[\s,]+/).filter((url) => url !== ''))
    .pipe(z.array(z.url({ protocol: /^https?$/ })))
    .meta({
      description: 'who is told of incidents, as with `--notify`',
      takes: "http or https URLs that take Alertmanager's webhooks or alerts, separated by white space or commas",
      secret: true,
    }),
  WINNOW_EXTERNAL_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({
      description: 'where people reach Winnow: notifications link there',
      takes: 'an http or https URL, as in https://winnow.example.com',
      otherwise: 'where it listens',
    }),
});

export interface NotifyConfig {
  readonly receivers: readonly NamedReceiver[];
  /** Where people reach Winnow, without a slash at its end; where it listens where absent. */
  readonly externalUrl?: string;
}

/**
 * `--notify`, then what the environment names.
 * @throws Error that names what was wrong and what is expected, without a URL's secrets.
 */
export function readNotifyConfig(options: readonly string[], environment: Environment): NotifyConfig {
  const { WINNOW_NOTIFY_URLS: set, WINNOW_EXTERNAL_URL: external } = readSettings(notifyConfigSchema, environment);
  const receivers = [
    ...options.map((url) => namedReceiver(url, '--notify')),
    ...set.map((url) => namedReceiver(url, 'WINNOW_NOTIFY_URLS')),
  ];
  const byName = new Map(receivers.map((receiver) => [receiver.name, receiver]));
  return { receivers: [...byName.values()], ...(external && { externalUrl: external.replace(/\/+$/, '') }) };
}
