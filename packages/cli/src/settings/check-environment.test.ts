import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkEnvironment } from './check-environment.ts';
import { nearest } from './nearest.ts';
import { checkDocument, checkText } from './render-check.ts';

const folder = mkdtempSync(join(tmpdir(), 'winnow-settings-'));
const servers = { WINNOW_KAFKA_BROKERS: 'kafka:9092', WINNOW_REDIS_URL: 'redis://redis:6379' };
const messages = (reader: string, environment: Record<string, string>) =>
  checkEnvironment(reader, environment).problems.map(({ message }) => message);
afterAll(() => rmSync(folder, { recursive: true }));

describe('an environment that is checked', () => {
  it('given nothing, then the embedded default is right, and a service says which servers it needs', () => {
    expect(messages('up', {})).toEqual([]);
    expect(messages('signals', {})).toEqual([
      'WINNOW_KAFKA_BROKERS is to be set: it takes `host:port` of one broker or several, with commas between',
      'WINNOW_REDIS_URL: exactly one of WINNOW_REDIS_URL, WINNOW_REDIS_SENTINELS, WINNOW_REDIS_CLUSTER is to be set',
    ]);
    expect(messages('signals', servers)).toEqual([]);
  });

  it('given several settings that are wrong, then all are told at once, each with what it takes', () => {
    const found = messages('all', {
      ...servers,
      WINNOW_RCA_THREADS: 'many',
      WINNOW_LISTEN: 'everywhere',
      WINNOW_LOG_LEVEL: 'loud',
      WINNOW_CLUSTER_LABEL: 'a b',
      WINNOW_RETENTION_HOURS: '-1',
    });
    expect(found).toEqual([
      'WINNOW_LISTEN takes HOST:PORT, not "everywhere"',
      'WINNOW_LOG_LEVEL takes fatal, error, warn, info, debug, trace, silent, not "loud"',
      'WINNOW_CLUSTER_LABEL takes the name of a label, not "a b"',
      'WINNOW_RCA_THREADS takes a whole number from 0 to 16, not "many"',
      'WINNOW_RETENTION_HOURS takes a number above 0, not "-1"',
    ]);
  });

  it('given names that nobody reads, then the nearest that there is is told', () => {
    const found = messages('signals', {
      ...servers,
      WINNOW_LOG_LEVLE: 'warn',
      WINNOW_REDIS_PASWORD: 'x',
      WINNOW_FOO: '1',
    });
    expect(found).toEqual([
      'WINNOW_LOG_LEVLE is no setting of Winnow: is WINNOW_LOG_LEVEL meant?',
      'WINNOW_REDIS_PASWORD is no setting of Winnow: is WINNOW_REDIS_PASSWORD meant?',
      'WINNOW_FOO is no setting of Winnow',
    ]);
  });

  it('given what Kubernetes tells of Services beside it, then that is nobody’s setting', () => {
    const links = {
      WINNOW_API_SERVICE_HOST: '10.0.0.1',
      WINNOW_API_SERVICE_PORT_HTTP: '80',
      WINNOW_API_PORT: 'tcp://10.0.0.1:80',
      WINNOW_REDIS_PORT_6379_TCP: 'tcp://10.0.0.2:6379',
    };
    expect(messages('api', { ...servers, ...links })).toEqual([]);
  });

  it('given settings of others, then they are named and are no problem', () => {
    const checked = checkEnvironment('signals', { ...servers, WINNOW_RCA_THREADS: 'many' });
    expect(checked).toMatchObject({ problems: [], unread: ['WINNOW_RCA_THREADS'], set: Object.keys(servers) });
  });

  it('given files that are not there or are folders, then each is named once', () => {
    mkdirSync(join(folder, 'ca'));
    const environment = {
      WINNOW_AUTH_FILE: join(folder, 'none.yaml'),
      WINNOW_DEPENDENCIES_FILE: join(folder, 'ca'),
      WINNOW_REDIS_TLS_CA_FILE: join(folder, 'none.pem'),
      ...servers,
    };
    expect(messages('all', environment)).toEqual([
      `WINNOW_AUTH_FILE takes a file that can be read: ${folder}/none.yaml is not there`,
      `WINNOW_REDIS_TLS_CA_FILE takes a PEM file that can be read: ${folder}/none.pem is not there`,
      `WINNOW_DEPENDENCIES_FILE takes a file that can be read: ${folder}/ca is no file`,
    ]);
  });

  it('given credentials that cannot be understood, then that is told as a start would', () => {
    const file = join(folder, 'auth.yaml');
    writeFileSync(file, 'tokens: 7');
    expect(messages('up', { WINNOW_AUTH_FILE: file })).toEqual([expect.stringContaining(file)]);
  });

  it('given secrets that are wrong, then none is shown', () => {
    const text = JSON.stringify(
      checkEnvironment('all', {
        WINNOW_KAFKA_BROKERS: 'kafka:9092',
        WINNOW_REDIS_URL: 'http://me:hunter2@redis',
        WINNOW_NOTIFY_URLS: 'hooks.example.com/hunter2',
        WINNOW_PROMETHEUS_URL: 'me:hunter2@prometheus',
        WINNOW_PAGERDUTY_SECRET: ' ,',
        WINNOW_KAFKA_SASL_PASSWORD: 'hunter2',
      }),
    );
    expect(text).not.toContain('hunter2');
    expect(text.match(/WINNOW_(REDIS_URL|NOTIFY_URLS|PROMETHEUS_URL|PAGERDUTY_SECRET) takes/g)).toHaveLength(4);
    expect(text).toContain('WINNOW_KAFKA_SASL_PASSWORD needs WINNOW_KAFKA_SASL_MECHANISM');
  });

  it('given a server that was not as it should be, then the whole is not right', () => {
    const servers = [{ server: 'kafka' as const, found: ['Kafka answers'], problems: ['a topic is missing'] }];
    const document = checkDocument(checkEnvironment('up', { WINNOW_DATA: '/data' }), servers);
    expect(document).toMatchObject({ ok: false, problems: [{ message: 'a topic is missing' }] });
    expect(checkText(document)).toBe('1 problem in the environment of up:\n  a topic is missing\nKafka answers\n');
  });
});

describe('the nearest name', () => {
  it.each([
    ['WINNOW_TENNANT', 'WINNOW_TENANT'],
    ['WINNOW_DATA_DIR', 'WINNOW_DATA'],
    ['WINNOW_SOMETHING_ELSE', undefined],
  ])('given %s, then it is %s', (name, wanted) => {
    expect(nearest(name, ['WINNOW_TENANT', 'WINNOW_DATA', 'WINNOW_TOKEN'])).toBe(wanted);
  });
});
