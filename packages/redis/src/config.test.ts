import { describe, expect, it } from 'vitest';
import { readRedisConfig } from './config.ts';
import { placeOf } from './connect.ts';

describe('the configuration of Redis', () => {
  it('given one server, when it is read, then defaults fill the rest and the place holds no password', () => {
    const config = readRedisConfig({ WINNOW_REDIS_URL: 'rediss://me:secret@redis.example:6380/2', PATH: '/bin' });
    expect(config).toMatchObject({ WINNOW_REDIS_PREFIX: 'winnow', WINNOW_REDIS_TIMEOUT_MS: 5000 });
    expect(placeOf(config)).toBe('redis.example:6380');
  });

  it('given sentinels or nodes of a cluster, when they are read, then each is a host and a port', () => {
    const sentinels = readRedisConfig({ WINNOW_REDIS_SENTINELS: 'one:26379, [::1]:26380' });
    expect(sentinels.WINNOW_REDIS_SENTINELS).toEqual([
      { host: 'one', port: 26379 },
      { host: '::1', port: 26380 },
    ]);
    expect(placeOf(readRedisConfig({ WINNOW_REDIS_CLUSTER: 'one:1,two:2' }))).toBe('one:1,two:2');
  });

  it('given what Kubernetes tells of a Service named winnow-redis, when it is read, then it is no setting', () => {
    const links = { WINNOW_REDIS_SERVICE_HOST: '10.0.0.1', WINNOW_REDIS_PORT_6379_TCP_ADDR: '10.0.0.1' };
    const config = readRedisConfig({ WINNOW_REDIS_URL: 'redis://a:1', WINNOW_REDIS_PORT: 'tcp://10.0.0.1', ...links });
    expect(config.WINNOW_REDIS_URL).toBe('redis://a:1');
  });

  it.each([
    [
      {},
      'WINNOW_REDIS_URL: exactly one of WINNOW_REDIS_URL, WINNOW_REDIS_SENTINELS, WINNOW_REDIS_CLUSTER is to be set',
    ],
    [{ WINNOW_REDIS_URL: 'redis://a:1', WINNOW_REDIS_CLUSTER: 'a:1' }, 'WINNOW_REDIS_CLUSTER: exactly one of'],
    [{ WINNOW_REDIS_URL: 'http://a:1' }, 'WINNOW_REDIS_URL takes `redis://host:port/database`'],
    [{ WINNOW_REDIS_CLUSTER: 'host' }, 'WINNOW_REDIS_CLUSTER takes `host:port`'],
    [{ WINNOW_REDIS_URL: 'redis://a:1', WINNOW_REDIS_TLS: 'yes' }, 'WINNOW_REDIS_TLS takes true or false, not "yes"'],
    [
      { WINNOW_REDIS_URL: 'redis://a:1', WINNOW_REDIS_TIMEOUT_MS: '5s' },
      'WINNOW_REDIS_TIMEOUT_MS takes a whole number from 100 to 600000',
    ],
    [{ WINNOW_REDIS_URL: 'redis://a:1', WINNOW_REDIS_PREFIX: '{a}' }, 'WINNOW_REDIS_PREFIX takes letters'],
    [
      { WINNOW_REDIS_URL: 'redis://a:1', WINNOW_REDIS_TLS_CA_FILE: '/no/such' },
      'WINNOW_REDIS_TLS_CA_FILE: takes the path',
    ],
    [{ WINNOW_REDIS_URL: 'redis://a:1', WINNOW_REDIS_PASWORD: 'secret' }, 'WINNOW_REDIS_PASWORD'],
  ])('given %o, when it is read, then the error names the variable and what it takes', (environment, message) => {
    expect(() => readRedisConfig(environment)).toThrow(message);
    expect(() => readRedisConfig(environment)).not.toThrow('secret');
  });
});
