// Every way to prove who one is, against a real broker; TLS is ended before it.
import { execFile } from 'node:child_process';
import { readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { promisify } from 'node:util';
import { applyTopics, type KafkaLogOptions, openKafkaLog, readKafkaConfig } from '@winnow/kafka';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, type Kafka, missingServer, startKafka, temporaryFolder } from '../servers/index.ts';
import { topicSettings, withAdmin } from './kafka-fixtures/logs.ts';

const run = promisify(execFile);

/** All that can be done with a log, as the settings say. */
async function use(settings: Record<string, string>, options: KafkaLogOptions = {}): Promise<readonly number[]> {
  const log = openKafkaLog(readKafkaConfig(settings), { appendPatience: 60_000, ...options });
  try {
    await withAdmin(log, (admin) => applyTopics(admin, topicSettings));
    return await log.append([{ topic: 'winnow.signals', partition: 0, key: 'a', headers: {}, value: 1 }]);
  } finally {
    await log.close();
  }
}

describe.skipIf(missingServer('kafka'))('who may use the brokers', () => {
  const login = 'org.apache.kafka.common.security';
  const listener = 'listener.name.plaintext';
  let kafka: Kafka;
  beforeAll(async () => {
    kafka = await startKafka({
      properties: {
        'listener.security.protocol.map': 'PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT',
        'inter.broker.listener.name': 'PLAINTEXT',
        'sasl.mechanism.inter.broker.protocol': 'PLAIN',
        'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
        [`${listener}.plain.sasl.jaas.config`]: `${login}.plain.PlainLoginModule required username="admin" password="a" user_admin="a" user_winnow="p";`,
        [`${listener}.scram-sha-256.sasl.jaas.config`]: `${login}.scram.ScramLoginModule required;`,
        [`${listener}.scram-sha-512.sasl.jaas.config`]: `${login}.scram.ScramLoginModule required;`,
        [`${listener}.oauthbearer.sasl.jaas.config`]: `${login}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="admin";`,
        [`${listener}.oauthbearer.sasl.server.callback.handler.class`]: `${login}.oauthbearer.internals.unsecured.OAuthBearerUnsecuredValidatorCallbackHandler`,
      },
    });
    await addScramUser('winnow', 'p');
  });
  afterAll(() => kafka?.stop());

  const settings = (mechanism: string, more: Record<string, string>) => ({
    WINNOW_KAFKA_BROKERS: kafka.broker,
    WINNOW_KAFKA_SASL_MECHANISM: mechanism,
    ...more,
  });

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'])(
    'given a user and its password, when one comes by %s, then one may append',
    async (mechanism) => {
      const user = { WINNOW_KAFKA_SASL_USERNAME: 'winnow', WINNOW_KAFKA_SASL_PASSWORD: 'p' };
      await expect(use(settings(mechanism, user))).resolves.toHaveLength(1);
    },
  );

  it('given a password in a file, when one comes by plain, then one may append', async () => {
    const file = join(kafka.folder, 'password');
    writeFileSync(file, 'p\n');
    const user = { WINNOW_KAFKA_SASL_USERNAME: 'winnow', WINNOW_KAFKA_SASL_PASSWORD_FILE: file };
    await expect(use(settings('plain', user))).resolves.toHaveLength(1);
  });

  it('given a wrong password, when one appends, then it is refused at once, for good, and the settings are named', async () => {
    const user = { WINNOW_KAFKA_SASL_USERNAME: 'winnow', WINNOW_KAFKA_SASL_PASSWORD: 'wrong' };
    const log = openKafkaLog(readKafkaConfig(settings('plain', user)));
    const record = { topic: 'winnow.signals', partition: 0, key: 'a', headers: {}, value: 1 } as const;
    await expect(log.append([record])).rejects.toThrow('check WINNOW_KAFKA_SASL_*');
    await log.close();
  });

  it('given a token by a callback or by a file, when one comes by oauthbearer, then one may append', async () => {
    await expect(use(settings('oauthbearer', {}), { token: async () => unsecuredToken() })).resolves.toHaveLength(1);
    const file = join(kafka.folder, 'token');
    writeFileSync(file, unsecuredToken());
    await expect(use(settings('oauthbearer', { WINNOW_KAFKA_SASL_TOKEN_FILE: file }))).resolves.toHaveLength(1);
  });

  async function addScramUser(name: string, password: string): Promise<void> {
    const jaas = `${login}.plain.PlainLoginModule required username="admin" password="a";`;
    const file = join(kafka.folder, 'admin.properties');
    writeFileSync(file, `security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.jaas.config=${jaas}\n`);
    const [, ...args] = readFileSync(`/proc/${kafka.pid}/cmdline`, 'utf8').split('\0');
    const jars = args[args.indexOf('-cp') + 1] as string;
    for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512']) {
      const config = `${mechanism}=[password=${password}]`;
      const where = ['--bootstrap-server', kafka.broker, '--command-config', file];
      const what = ['--alter', '--entity-type', 'users', '--entity-name', name, '--add-config', config];
      await run(readlinkSync(`/proc/${kafka.pid}/exe`), ['-cp', jars, 'kafka.admin.ConfigCommand', ...where, ...what]);
    }
  }
});

describe.skipIf(missingServer('kafka'))('a connection by TLS', () => {
  const folder = temporaryFolder('kafka-tls');
  const file = (name: string) => folder.file(name);
  let kafka: Kafka;
  let terminator: Server;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    kafka = await startKafka({ properties: { 'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}` } });
    const openssl = (...args: string[]) => run('openssl', args, { cwd: folder.path });
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    await openssl(
      'req',
      '-x509',
      ...key,
      '-keyout',
      'key.pem',
      '-out',
      'cert.pem',
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=IP:127.0.0.1',
    );
    const [cert, secret] = [readFileSync(file('cert.pem')), readFileSync(file('key.pem'))];
    terminator = createServer({ cert, key: secret, ca: [cert], requestCert: true }, (socket) => {
      const broker = connect(Number(kafka.broker.split(':')[1]), '127.0.0.1');
      socket.pipe(broker).pipe(socket);
      socket.on('error', () => broker.destroy());
      broker.on('error', () => socket.destroy());
    });
    await new Promise<void>((resolve) => terminator.listen(port, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    terminator?.close();
    await kafka?.stop();
    folder.remove();
  });

  const settings = (more: Record<string, string> = {}) => ({
    WINNOW_KAFKA_BROKERS: `127.0.0.1:${port}`,
    WINNOW_KAFKA_TLS: 'true',
    ...more,
  });

  it('given the authority and a certificate of its own, when one appends, then it is taken', async () => {
    const files = { WINNOW_KAFKA_TLS_CERT_FILE: file('cert.pem'), WINNOW_KAFKA_TLS_KEY_FILE: file('key.pem') };
    await expect(use(settings({ WINNOW_KAFKA_TLS_CA_FILE: file('cert.pem'), ...files }))).resolves.toHaveLength(1);
  });

  it('given an authority that nobody named, when one appends, then it is refused, and the certificate is the reason', async () => {
    const log = openKafkaLog(readKafkaConfig(settings()), { appendPatience: 0 });
    const record = { topic: 'winnow.signals', partition: 0, key: 'a', headers: {}, value: 1 } as const;
    await expect(log.append([record])).rejects.toThrow('certificate');
    await log.close();
  });

  it('given no such file, when the log is opened, then the variable and the file are named', () => {
    const missing = settings({ WINNOW_KAFKA_TLS_CA_FILE: file('missing.pem') });
    expect(() => openKafkaLog(readKafkaConfig(missing))).toThrow(/WINNOW_KAFKA_TLS_CA_FILE: .*missing\.pem/);
  });
});

/** What a broker takes that was told to check no signature. */
function unsecuredToken(): string {
  const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  return `${part({ alg: 'none' })}.${part({ sub: 'winnow', iat: now, exp: now + 600 })}.`;
}
