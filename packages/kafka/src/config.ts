// What an operator may set: read once, from the environment.
import { z } from 'zod';

const listOf = (text: string) => text.split(/[\s,]+/).filter((part) => part !== '');
const address = /^(\[[0-9a-fA-F:]+\]|[^\s:/]+):\d{1,5}$/;
const text = z.string().min(1).optional();

export const kafkaConfigSchema = z
  .strictObject({
    /** Where the client begins; the others are learnt from them. */
    WINNOW_KAFKA_BROKERS: z
      .string({ error: 'takes host:port of one broker or several, with commas between' })
      .transform(listOf)
      .pipe(z.array(z.string().regex(address, 'takes host:port of one broker or several, with commas between')).min(1)),
    /** Names the client in the broker's logs and quotas. */
    WINNOW_KAFKA_CLIENT_ID: z.string().min(1).default('winnow'),
    WINNOW_KAFKA_TLS: z.enum(['true', 'false']).default('false'),
    /** PEM: the authority of the brokers' certificates, where it is none that Node knows. */
    WINNOW_KAFKA_TLS_CA_FILE: text,
    /** PEM: the client's own certificate and key. Both or none. */
    WINNOW_KAFKA_TLS_CERT_FILE: text,
    WINNOW_KAFKA_TLS_KEY_FILE: text,
    WINNOW_KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer']).optional(),
    WINNOW_KAFKA_SASL_USERNAME: text,
    WINNOW_KAFKA_SASL_PASSWORD: text,
    /** Read at each connection, so that it may be rotated. */
    WINNOW_KAFKA_SASL_PASSWORD_FILE: text,
    /** A bearer token for oauthbearer, read at each connection: what a projected volume renews. */
    WINNOW_KAFKA_SASL_TOKEN_FILE: text,
  })
  .superRefine((config, context) => {
    for (const message of contradictions(config)) context.addIssue({ code: 'custom', message });
  });
export type KafkaConfig = Readonly<z.infer<typeof kafkaConfigSchema>>;

type Given = Readonly<Record<string, unknown>>;

function contradictions(config: Given): string[] {
  return [...tlsContradictions(config), ...saslContradictions(config)];
}

function tlsContradictions(config: Given): string[] {
  const found: string[] = [];
  if (!config.WINNOW_KAFKA_TLS_CERT_FILE !== !config.WINNOW_KAFKA_TLS_KEY_FILE)
    found.push('WINNOW_KAFKA_TLS_CERT_FILE and WINNOW_KAFKA_TLS_KEY_FILE go together: set both or none');
  const named = ['CA', 'CERT', 'KEY'].map((part) => `WINNOW_KAFKA_TLS_${part}_FILE`).find((name) => config[name]);
  if (named && config.WINNOW_KAFKA_TLS !== 'true') found.push(`${named} needs WINNOW_KAFKA_TLS=true`);
  return found;
}

function saslContradictions(config: Given): string[] {
  const mechanism = config.WINNOW_KAFKA_SASL_MECHANISM;
  const named = ['USERNAME', 'PASSWORD', 'PASSWORD_FILE', 'TOKEN_FILE']
    .map((part) => `WINNOW_KAFKA_SASL_${part}`)
    .find((name) => config[name]);
  if (!mechanism) return named ? [`${named} needs WINNOW_KAFKA_SASL_MECHANISM`] : [];
  // Without a file the token comes from the program that opens the log.
  if (mechanism === 'oauthbearer') return [];
  const passwords = [config.WINNOW_KAFKA_SASL_PASSWORD, config.WINNOW_KAFKA_SASL_PASSWORD_FILE].filter(Boolean);
  if (config.WINNOW_KAFKA_SASL_USERNAME && passwords.length === 1) return [];
  return [
    `WINNOW_KAFKA_SASL_MECHANISM=${mechanism} takes WINNOW_KAFKA_SASL_USERNAME and one of WINNOW_KAFKA_SASL_PASSWORD and WINNOW_KAFKA_SASL_PASSWORD_FILE`,
  ];
}

/** @throws Error that names the variable and what it takes. */
export function readKafkaConfig(environment: Readonly<Record<string, string | undefined>>): KafkaConfig {
  const names = Object.keys(kafkaConfigSchema.shape);
  // A variable that is set to nothing is not set.
  const given = Object.fromEntries(names.map((name) => [name, environment[name] || undefined]));
  const parsed = kafkaConfigSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Error(
    parsed.error.issues
      .map(({ path, message }) => (path.length > 0 ? `${String(path[0])}: ${message}` : message))
      .join('; '),
  );
}
