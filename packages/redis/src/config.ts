// What an operator may set: read once, from the environment.
import { readFileSync } from 'node:fs';
import { type Environment, readSettings } from '@winnow/contracts';
import { z } from 'zod';

const address = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[^\s:[\]]+):\d{1,5}$/)
  .transform((text) => {
    const colon = text.lastIndexOf(':');
    return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
  });
export type Address = Readonly<z.infer<typeof address>>;

const addresses = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ''))
  .pipe(z.array(address).min(1));

const file = z.string().transform((path, context) => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    context.addIssue({ code: 'custom', message: `takes the path of a file that can be read (${String(error)})` });
    return z.NEVER;
  }
});

const KINDS = ['WINNOW_REDIS_URL', 'WINNOW_REDIS_SENTINELS', 'WINNOW_REDIS_CLUSTER'] as const;
const oneKind = `exactly one of ${KINDS.join(', ')} is to be set`;

const severalPlaces = '`host:port`, several with commas between';
const pem = (description: string) => file.optional().meta({ description, takes: 'a PEM file', file: true });
const name = (description: string) => z.string().optional().meta({ description, takes: 'a name' });
const password = (description: string) => z.string().optional().meta({ description, takes: 'a text', secret: true });

export const redisConfigSchema = z
  .strictObject({
    WINNOW_REDIS_URL: z
      .url({ protocol: /^rediss?$/ })
      .optional()
      .meta({
        description: 'the one server; or sentinels or a cluster are named instead',
        takes: '`redis://host:port/database`, or `rediss://` for TLS',
        // It may hold a user and a password.
        secret: true,
      }),
    WINNOW_REDIS_SENTINELS: addresses
      .optional()
      .meta({ description: 'the sentinels, which tell who is the master', takes: severalPlaces }),
    WINNOW_REDIS_SENTINEL_MASTER: z
      .string()
      .min(1)
      .default('mymaster')
      .meta({ description: 'what the sentinels call the master', takes: 'a name' }),
    WINNOW_REDIS_SENTINEL_USERNAME: name('the user at the sentinels'),
    WINNOW_REDIS_SENTINEL_PASSWORD: password("the sentinels' password"),
    WINNOW_REDIS_CLUSTER: addresses
      .optional()
      .meta({ description: 'some nodes of a cluster; the others are found by them', takes: severalPlaces }),
    WINNOW_REDIS_USERNAME: name('the user, where the URL names none'),
    WINNOW_REDIS_PASSWORD: password('the password, where the URL has none'),
    WINNOW_REDIS_TLS: z
      .enum(['true', 'false'])
      .default('false')
      .meta({ description: 'TLS, also towards sentinels and nodes; `rediss://` says the same of one server' }),
    WINNOW_REDIS_TLS_CA_FILE: pem("the authority of the servers' certificates, where it is none that Node knows"),
    WINNOW_REDIS_TLS_CERT_FILE: pem("the client's own certificate, with its key"),
    WINNOW_REDIS_TLS_KEY_FILE: pem('the key of WINNOW_REDIS_TLS_CERT_FILE'),
    WINNOW_REDIS_PREFIX: z
      .string()
      .regex(/^[\w.-]+$/)
      .default('winnow')
      .meta({ description: 'all keys begin with it', takes: 'letters, digits, dots, dashes and underscores' }),
    WINNOW_REDIS_TIMEOUT_MS: z.coerce.number().int().min(100).max(600_000).default(5000).meta({
      description: 'a connection that is silent for so many milliseconds while an answer is due is given up',
    }),
  })
  .superRefine((config, context) => {
    const wrong = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message });
    const set = KINDS.filter((kind) => config[kind] !== undefined);
    if (set.length !== 1) wrong(set[1] ?? KINDS[0], oneKind);
    if (!config.WINNOW_REDIS_TLS_CERT_FILE !== !config.WINNOW_REDIS_TLS_KEY_FILE)
      wrong('WINNOW_REDIS_TLS_CERT_FILE', 'goes together with WINNOW_REDIS_TLS_KEY_FILE');
  });
export type RedisConfig = Readonly<z.infer<typeof redisConfigSchema>>;

/** Takes every `WINNOW_REDIS_…` variable. @throws SettingsWrong that names each variable and what it takes. */
export const readRedisConfig = (environment: Environment): RedisConfig =>
  readSettings(redisConfigSchema, environment, { prefix: 'WINNOW_REDIS_' });
