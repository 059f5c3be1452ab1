// What an operator may set: read once, from the environment.
import { type Environment, fileSetting, readSettings } from '@winnow/contracts';
import { z } from 'zod';

const listOf = (text: string) => text.split(/[\s,]+/).filter((part) => part !== '');
const address = /^(\[[0-9a-fA-F:]+\]|[^\s:/]+):\d{1,5}$/;

export const kafkaConfigSchema = z
  .strictObject({
    WINNOW_KAFKA_BROKERS: z
      .string()
      .transform(listOf)
      .pipe(z.array(z.string().regex(address)).min(1))
      .meta({
        description: 'where the client begins; the other brokers are learnt from them',
        takes: '`host:port` of one broker or several, with commas between',
      }),
    WINNOW_KAFKA_CLIENT_ID: z
      .string()
      .min(1)
      .default('winnow')
      .meta({ description: "the client's name in the brokers' logs and quotas", takes: 'a name' }),
    WINNOW_KAFKA_TLS: z.enum(['true', 'false']).default('false').meta({ description: 'TLS towards the brokers' }),
    WINNOW_KAFKA_TLS_CA_FILE: fileSetting(
      "the authority of the brokers' certificates, where it is none that Node knows",
      'a PEM file',
    ),
    WINNOW_KAFKA_TLS_CERT_FILE: fileSetting("the client's own certificate, with its key", 'a PEM file'),
    WINNOW_KAFKA_TLS_KEY_FILE: fileSetting('the key of WINNOW_KAFKA_TLS_CERT_FILE', 'a PEM file'),
    WINNOW_KAFKA_SASL_MECHANISM: z
      .enum(['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer'])
      .optional()
      .meta({ description: 'how the client proves who it is', otherwise: 'it does not' }),
    WINNOW_KAFKA_SASL_USERNAME: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'the user, for all mechanisms but `oauthbearer`', takes: 'a name' }),
    WINNOW_KAFKA_SASL_PASSWORD: z
      .string()
      .min(1)
      .optional()
      .meta({ description: "the user's password, or it lies in a file", takes: 'a text', secret: true }),
    WINNOW_KAFKA_SASL_PASSWORD_FILE: fileSetting('the password, read at each connection, so that it may be rotated'),
    WINNOW_KAFKA_SASL_TOKEN_FILE: fileSetting(
      'the token for `oauthbearer`, read at each connection: what a projected volume renews',
    ),
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

/** @throws SettingsWrong that names each variable and what it takes. */
export const readKafkaConfig = (environment: Environment): KafkaConfig => readSettings(kafkaConfigSchema, environment);
