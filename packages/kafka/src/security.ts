// How the client proves who it is, and how the connection is kept from others.
import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import type { SASLOptions } from 'kafkajs';
import type { KafkaConfig } from './config.ts';

/** A bearer token, asked for at each connection and before it expires. */
export type TokenProvider = () => Promise<string>;

/** @throws where a file cannot be read. */
export function tlsOf(config: KafkaConfig): ConnectionOptions | false {
  if (config.WINNOW_KAFKA_TLS !== 'true') return false;
  const ca = contentOf('WINNOW_KAFKA_TLS_CA_FILE', config);
  const cert = contentOf('WINNOW_KAFKA_TLS_CERT_FILE', config);
  const key = contentOf('WINNOW_KAFKA_TLS_KEY_FILE', config);
  return { ...(ca && { ca: [ca] }), ...(cert && { cert }), ...(key && { key }) };
}

export function saslOf(config: KafkaConfig, token?: TokenProvider): SASLOptions | undefined {
  const mechanism = config.WINNOW_KAFKA_SASL_MECHANISM;
  if (!mechanism) return undefined;
  if (mechanism === 'oauthbearer') return { mechanism, oauthBearerProvider: bearerOf(config, token) };
  return {
    mechanism,
    username: config.WINNOW_KAFKA_SASL_USERNAME as string,
    // kafkajs reads it when it authenticates, at each connection anew.
    get password() {
      return config.WINNOW_KAFKA_SASL_PASSWORD ?? (contentOf('WINNOW_KAFKA_SASL_PASSWORD_FILE', config) as string);
    },
  } as SASLOptions;
}

function bearerOf(config: KafkaConfig, token?: TokenProvider): () => Promise<{ value: string }> {
  if (token) return async () => ({ value: await token() });
  if (!config.WINNOW_KAFKA_SASL_TOKEN_FILE)
    throw new Error('WINNOW_KAFKA_SASL_MECHANISM=oauthbearer takes WINNOW_KAFKA_SASL_TOKEN_FILE.');
  return async () => ({ value: contentOf('WINNOW_KAFKA_SASL_TOKEN_FILE', config) as string });
}

function contentOf(name: keyof KafkaConfig, config: KafkaConfig): string | undefined {
  const file = config[name];
  if (typeof file !== 'string') return undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new Error(`${name}: ${file} cannot be read (${(error as Error).message}).`, { cause: error });
  }
}
