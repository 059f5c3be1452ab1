// What an operator may set: read once, from the environment.
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const address = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[^\s:[\]]+):\d{1,5}$/, 'takes host:port, several with commas between')
  .transform((text) => {
    const colon = text.lastIndexOf(':');
    return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
  });
export type Address = Readonly<z.infer<typeof address>>;

const addresses = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ''))
  .pipe(z.array(address).min(1, 'takes host:port, several with commas between'));

const url = z.url({ protocol: /^rediss?$/, error: 'takes redis://host:port/database, or rediss:// for TLS' });
const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, `takes a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `takes a whole number from ${least} to ${most}`);

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

export const redisConfigSchema = z
  .strictObject({
    /** One server: `redis://host:port/database`, `rediss://` for TLS; it may hold a user and a password. */
    WINNOW_REDIS_URL: url.optional(),
    /** Sentinels, as host:port with commas between; they tell which server is the master. */
    WINNOW_REDIS_SENTINELS: addresses.optional(),
    /** The name that the sentinels know the master by. */
    WINNOW_REDIS_SENTINEL_MASTER: z.string().min(1).default('mymaster'),
    WINNOW_REDIS_SENTINEL_USERNAME: z.string().optional(),
    WINNOW_REDIS_SENTINEL_PASSWORD: z.string().optional(),
    /** Some nodes of a cluster, as host:port with commas between; the others are found by them. */
    WINNOW_REDIS_CLUSTER: addresses.optional(),
    WINNOW_REDIS_USERNAME: z.string().optional(),
    WINNOW_REDIS_PASSWORD: z.string().optional(),
    /** TLS towards sentinels and cluster nodes, too; `rediss://` says the same for one server. */
    WINNOW_REDIS_TLS: z.enum(['true', 'false'], 'takes true or false').default('false'),
    /** PEM files: who signed the servers' certificates; and where servers ask for it, a client's certificate and its key. */
    WINNOW_REDIS_TLS_CA_FILE: file.optional(),
    WINNOW_REDIS_TLS_CERT_FILE: file.optional(),
    WINNOW_REDIS_TLS_KEY_FILE: file.optional(),
    /** All keys begin with it. */
    WINNOW_REDIS_PREFIX: z
      .string()
      .regex(/^[\w.-]+$/, 'takes letters, digits, dots, dashes and underscores')
      .default('winnow'),
    /** A connection that says nothing for so many milliseconds while an answer is due is given up. */
    WINNOW_REDIS_TIMEOUT_MS: whole(100, 600_000).default(5000),
  })
  .superRefine((config, context) => {
    const wrong = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message });
    const set = KINDS.filter((kind) => config[kind] !== undefined);
    if (set.length !== 1) wrong(set[1] ?? KINDS[0], oneKind);
    if (!config.WINNOW_REDIS_TLS_CERT_FILE !== !config.WINNOW_REDIS_TLS_KEY_FILE)
      wrong('WINNOW_REDIS_TLS_CERT_FILE', 'goes together with WINNOW_REDIS_TLS_KEY_FILE');
  });
export type RedisConfig = Readonly<z.infer<typeof redisConfigSchema>>;

/** Takes every `WINNOW_REDIS_…` variable. @throws Error that names the variable and what it takes. */
export function readRedisConfig(environment: Readonly<Record<string, string | undefined>>): RedisConfig {
  // A variable that is set to nothing is not set.
  const given = Object.entries(environment).filter(([name, value]) => name.startsWith('WINNOW_REDIS_') && value);
  const parsed = redisConfigSchema.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  throw new Error(parsed.error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; '));
}
