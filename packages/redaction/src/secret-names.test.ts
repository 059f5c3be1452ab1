import { expect, it } from 'vitest';
import { secretLooking } from './secret-names.ts';

it.each([
  'DB_PASSWORD',
  'dbPassword',
  'PGPASSWORD',
  'token',
  'API_KEY',
  'apiKey',
  'client_secret',
  'AWS_SECRET_ACCESS_KEY',
  'JWT_SECRET',
  'db.password',
  'redis-pass',
  'privateKey',
  'SSH_KEY',
  'credentials',
  'REDIS_AUTH',
  'storage-account-key',
  'PASSWORD_1',
])('given a name that promises a secret, when asked, then yes: %s', (name) => expect(secretLooking(name)).toBe(true));

it.each([
  'TOKEN_URL',
  'secretName',
  'PASSWORD_FILE',
  'MAX_TOKENS',
  'imagePullSecretName',
  'TOKEN_TTL',
  'KEYCLOAK_HOST',
  'MONKEY',
  'key',
  'PUBLIC_KEY',
  'sort_key',
  'AUTH',
  'COMPASS',
  'bypass',
  'password-min-length',
  'token-service',
  'SECRET_STORE_ENDPOINT',
  '',
  'DSN',
])('given a name that only speaks of one, or of none, when asked, then no: %s', (name) =>
  expect(secretLooking(name)).toBe(false),
);
