import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactText } from './redact-text.ts';

const hidden: readonly (readonly [string, string])[] = [
  ['Authorization: Bearer abc.def.ghi123', 'Authorization: Bearer [REDACTED]'],
  ['curl -H "Authorization: Basic dXNlcjpwYXNz" http://x', 'curl -H "Authorization: Basic [REDACTED]" http://x'],
  ['postgres://app:s3cr3t@db.shop:5432/orders', 'postgres://app:[REDACTED]@db.shop:5432/orders'],
  ['redis://:p@ss@redis:6379/0', 'redis://:[REDACTED]@redis:6379/0'],
  ['amqp://u:a/b#c@rabbit:5672/ failed', 'amqp://u:[REDACTED]@rabbit:5672/ failed'],
  ['https://abcdef0123456789abcdef0123456789@sentry.io/1', 'https://[REDACTED]@sentry.io/1'],
  ['password=hunter2', 'password=[REDACTED]'],
  ['password: hunter2', 'password: [REDACTED]'],
  ['login password: letmein user: bob', 'login password: [REDACTED] user: bob'],
  ['DB_PASSWORD=hunter2 DB_HOST=db', 'DB_PASSWORD=[REDACTED] DB_HOST=db'],
  ['{"password":"a b \\" c","host":"db"}', '{"password":"[REDACTED]","host":"db"}'],
  ['{\\"password\\":\\"abc\\",\\"h\\":1}', '{\\"password\\":\\"[REDACTED]\\",\\"h\\":1}'],
  ['{"auth":"dXNlcjpwYXNz"}', '{"auth":"[REDACTED]"}'],
  [
    'Server=db,1433;User Id=sa;Password=Str0ng;Encrypt=true',
    'Server=db,1433;User Id=sa;Password=[REDACTED];Encrypt=true',
  ],
  [
    'jdbc:mysql://db:3306/x?user=root&password=abc&useSSL=false',
    'jdbc:mysql://db:3306/x?user=root&password=[REDACTED]&useSSL=false',
  ],
  ['jdbc:oracle:thin:scott/tiger@db:1521:x', 'jdbc:oracle:thin:scott/[REDACTED]@db:1521:x'],
  ['root:hunter2@tcp(mysql:3306)/shop', 'root:[REDACTED]@tcp(mysql:3306)/shop'],
  ['got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc', 'got [REDACTED]'],
  ['key AKIAIOSFODNN7EXAMPLE used', 'key [REDACTED] used'],
  ['--api-key abcdef123 --host x', '--api-key [REDACTED] --host x'],
  ['push with ghp_abcdefghijklmnopqrstuvwxyz0123456789', 'push with [REDACTED]'],
  ['slack xoxb-1234567890-abcdef', 'slack [REDACTED]'],
  ['-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY----- rest', '[REDACTED] rest'],
  ['aws_secret_access_key = wJalrXUtnFEMI/K7MDENG', 'aws_secret_access_key = [REDACTED]'],
  ['https://x.blob/c?sv=1&sig=abcdefghijklmnopqrstu%3D', 'https://x.blob/c?sv=1&sig=[REDACTED]'],
  ['AccountName=x;AccountKey=abc/def==;Suffix=core', 'AccountName=x;AccountKey=[REDACTED];Suffix=core'],
  ['{"password":["hunter2"],"a":1}', '{"password":["[REDACTED]"],"a":1}'],
  ['Cookie: sid=abc; b=c', 'Cookie: [REDACTED]'],
];

const kept: readonly string[] = [
  "Access denied for user 'root'@'10.0.0.1' (using password: YES)",
  'failed to get token: context deadline exceeded',
  'get secret: Get "https://10.0.0.1:443/api": dial tcp 10.0.0.1:443: connect: connection refused',
  'secret "db-credentials" not found',
  'secrets "x" is forbidden: User "system:serviceaccount:a:b" cannot get resource "secrets"',
  'MountVolume.SetUp failed for volume "kube-api-access-token" : object "shop"/"x" not registered',
  "Error: couldn't find key DB_PASSWORD in Secret shop/db",
  'references non-existent secret key: tls.crt',
  'failed to pull image "ghcr.io/acme/vault-token:1.2.3"',
  'dial tcp: lookup auth-token:8080: no such host',
  'http://secret-token:8080/health?mail=a@b',
  'image registry.k8s.io/pause@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'Failed to fetch token: 401 Unauthorized',
  'Bearer token expired',
  'WWW-Authenticate: Basic realm="x"',
  'invalid token: signature is expired',
  'FATAL: password authentication failed for user "orders"',
  'Back-off restarting failed container token-service in pod token-service-7d9f8b6c5d-x2k4j_shop(5f3eadeb-5956-44c9-a166-4c9fa74add85)',
  'TOKEN_URL=http://x/y',
  'secretName: db-creds',
  'max_tokens=100',
  '{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}}',
  'PASSWORD=$(DB_PW)',
  'git@github.com:acme/repo.git',
  'sk-controller-manager-7d9f8b6c5d-x2k4j started',
  'failed to sync secret cache: timed out waiting for the condition',
  'redis redis-cache:6379 connection refused, retrying in 1 s (1/3)',
];

describe('given a text with a secret, when it is redacted', () => {
  it.each(hidden)('then only the secret goes: %s', (text, expected) => expect(redactText(text)).toBe(expected));

  it.each(hidden)('then doing so again changes nothing: %s', (_text, expected) =>
    expect(redactText(expected)).toBe(expected),
  );
});

describe('given a text of ordinary trouble, when it is redacted', () => {
  it.each(kept)('then it stays as it is: %s', (text) => expect(redactText(text)).toBe(text));
});

describe('given any secret after the name of one, when it is redacted', () => {
  it('then it is gone', () => {
    const secret = fc.stringMatching(/^[A-Za-z][A-Za-z0-9+/_.~-]{6,40}[0-9]$/);
    const frame = fc.constantFrom(
      'password=?',
      'API_TOKEN=? x',
      '{"client_secret":"?"}',
      'postgres://u:?@h:1/d',
      'a: 1\npasswd: ?\nb: 2',
    );
    fc.assert(
      fc.property(secret, frame, (value, around) => {
        expect(redactText(around.replace('?', () => value))).toBe(around.replace('?', '[REDACTED]'));
      }),
    );
  });
});

describe('given a megabyte that was made to be slow, when it is redacted', () => {
  const units = [
    'a',
    'eyJ',
    'eyJaaaaaaaaaa.',
    'pass',
    'password=',
    '://',
    '://a:',
    '://u:p@',
    '@tcp(',
    'bearer ',
    'token: ',
  ];
  const more = [
    '"password":"',
    '\\"',
    'sk-',
    'a,b=',
    'x@',
    'Cookie:',
    'secret:: ',
    '-----BEGIN PRIVATE KEY-----',
    ':thin:',
    '--token ',
  ];
  it.each([...units, ...more])('then the time grows with the length alone: %j', (unit) => {
    const timeOf = (length: number) => {
      const text = unit.repeat(Math.ceil(length / unit.length));
      const start = performance.now();
      redactText(text);
      return performance.now() - start;
    };
    timeOf(100_000);
    expect(timeOf(1_000_000)).toBeLessThan(2_000);
  });
});
