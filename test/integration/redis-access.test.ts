// TLS, and a user who may do no more than the store needs.
import { execFileSync } from 'node:child_process';
import { openRedis, readRedisConfig } from '@winnow/redis';
import { LogUnavailable } from '@winnow/stream';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytes, gather, outgoingRecord, sampleCommit } from '../../packages/stream/src/contract/record-samples.ts';
import { freePort, missingServer, type RunningServer, startRedis, temporaryFolder } from '../servers/index.ts';

/** What the README names. */
const RIGHTS = '~winnow:* -@all +@hash +@sortedset +@list +@scripting +@connection +unlink +pexpire +info';

describe.skipIf(missingServer('redis'))('access to Redis', () => {
  const folder = temporaryFolder('redis-tls');
  let server: RunningServer;
  let url: string;
  beforeAll(async () => {
    const [key, cert] = [folder.file('key.pem'), folder.file('cert.pem')];
    const names = ['-subj', '/CN=redis', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const made = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert];
    execFileSync('openssl', ['req', ...made, ...names], { stdio: 'ignore' });
    const port = await freePort();
    const tls = [
      '--tls-cert-file',
      cert,
      '--tls-key-file',
      key,
      '--tls-ca-cert-file',
      cert,
      '--tls-auth-clients',
      'no',
    ];
    server = await startRedis({ args: ['--tls-port', String(port), ...tls] });
    url = `rediss://127.0.0.1:${port}`;
    const admin = new Redis(server.url);
    await admin.call('ACL', 'SETUSER', 'worker', 'on', '>a-password', ...RIGHTS.split(' '));
    admin.disconnect();
  });
  afterAll(async () => {
    await server.stop();
    folder.remove();
  });

  const settings = () => ({
    WINNOW_REDIS_URL: url,
    WINNOW_REDIS_USERNAME: 'worker',
    WINNOW_REDIS_PASSWORD: 'a-password',
    WINNOW_REDIS_TIMEOUT_MS: '5000',
  });

  test('given TLS and a user with few rights, when the store is used, then all of it works', async () => {
    const config = readRedisConfig({ ...settings(), WINNOW_REDIS_TLS_CA_FILE: folder.file('cert.pem') });
    const { store, close } = await openRedis(config);
    const claim = await store.claim('sample', 0);
    const delta = new Uint8Array(3_000_000);
    const snapshots = Array.from({ length: 2 }, (_, bucket) => ({ bucket, of: 2, content: bytes(bucket) }));
    await store.commit(claim, sampleCommit(0, 1, { delta, seq: 1, outgoing: [outgoingRecord(1)] }));
    await store.commit(claim, sampleCommit(1, 2, { seq: 1, snapshots }));
    expect(await gather((await store.load(claim)).changes)).toEqual([bytes(0), bytes(1)]);
    expect(await store.unsettled(claim)).toEqual([outgoingRecord(1)]);
    await store.settle(claim, 1);
    await close();
  });

  test('given a certificate of an unknown signer, when it is opened, then it is refused with the reason', async () => {
    const error = await openRedis(readRedisConfig(settings())).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LogUnavailable);
    expect(String(error)).toMatch(/self-signed certificate/);
  });

  test('given a prefix that the user may not write, when a partition is claimed, then the error is what the server says', async () => {
    const foreign = { ...settings(), WINNOW_REDIS_TLS_CA_FILE: folder.file('cert.pem'), WINNOW_REDIS_PREFIX: 'theirs' };
    const { store, close } = await openRedis(readRedisConfig(foreign));
    await expect(store.claim('sample', 0)).rejects.toThrow(/answered: .*(NOPERM|permission)/i);
    await close();
  });
});
