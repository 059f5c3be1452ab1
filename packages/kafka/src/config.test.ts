import { describe, expect, it } from 'vitest';
import { readKafkaConfig } from './config.ts';

const brokers = { WINNOW_KAFKA_BROKERS: 'one:9092' };

describe('the settings of Kafka', () => {
  it('given brokers with commas between, when they are read, then each is one, and others have their defaults', () => {
    const config = readKafkaConfig({ WINNOW_KAFKA_BROKERS: 'one:9092, [::1]:9093', PATH: 'elsewhere' });
    expect(config).toEqual({
      WINNOW_KAFKA_BROKERS: ['one:9092', '[::1]:9093'],
      WINNOW_KAFKA_CLIENT_ID: 'winnow',
      WINNOW_KAFKA_TLS: 'false',
    });
  });

  it.each([
    [{}, 'WINNOW_KAFKA_BROKERS is to be set: it takes `host:port`'],
    [{ WINNOW_KAFKA_BROKERS: 'kafka://one:9092' }, 'WINNOW_KAFKA_BROKERS takes `host:port`'],
    [{ ...brokers, WINNOW_KAFKA_TLS: 'yes' }, 'WINNOW_KAFKA_TLS'],
    [{ ...brokers, WINNOW_KAFKA_TLS_CA_FILE: '/ca' }, 'WINNOW_KAFKA_TLS_CA_FILE needs WINNOW_KAFKA_TLS=true'],
    [{ ...brokers, WINNOW_KAFKA_TLS: 'true', WINNOW_KAFKA_TLS_KEY_FILE: '/key' }, 'set both or none'],
    [{ ...brokers, WINNOW_KAFKA_SASL_USERNAME: 'me' }, 'needs WINNOW_KAFKA_SASL_MECHANISM'],
    [
      { ...brokers, WINNOW_KAFKA_SASL_MECHANISM: 'plain', WINNOW_KAFKA_SASL_USERNAME: 'me' },
      'takes WINNOW_KAFKA_SASL_USERNAME and one of',
    ],
    [{ ...brokers, WINNOW_KAFKA_SASL_MECHANISM: 'gssapi' }, 'WINNOW_KAFKA_SASL_MECHANISM'],
  ])('given %j, when it is read, then it is refused and the variable named', (environment, message) => {
    expect(() => readKafkaConfig(environment)).toThrow(message);
  });
});
