import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAlertIntakeConfig } from '@winnow/ingest-alerts';
import { createLogger } from '@winnow/telemetry';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessOf } from './access.ts';
import { parseListen } from './listen-address.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'winnow-access-'));
  writeFileSync(join(dir, 'auth.yaml'), 'credentials: [{ name: a, bearer: [t], may: [read] }]');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function open(listen: string, env: NodeJS.ProcessEnv = {}, insecure = false) {
  const shared = {
    env,
    insecure,
    intake: readAlertIntakeConfig(env),
    logger: createLogger('test', { env, level: 'fatal' }),
  };
  const access = accessOf({ ...shared, address: parseListen(listen) });
  access.stop();
  return access;
}

describe('given where winnow up is to listen', () => {
  test.each(['0.0.0.0:9193', ':9193', '10.0.0.7:9193', 'winnow.example:9193'])(
    'when others reach %s and nobody is asked who they are, then it is refused with what to do',
    (listen) => {
      expect(() => open(listen)).toThrow(/on this machine alone.*WINNOW_AUTH_FILE.*--insecure-listen/s);
    },
  );

  test.each(['127.0.0.1:9193', '[::1]:9193', 'localhost:9193'])(
    'when only this machine reaches %s, then it may',
    (listen) => {
      expect(open(listen).authenticates).toBe(false);
    },
  );

  test('when there are credentials, or it is asked for, then it may', () => {
    expect(open('0.0.0.0:9193', { WINNOW_AUTH_FILE: join(dir, 'auth.yaml') }).authenticates).toBe(true);
    expect(open('0.0.0.0:9193', {}, true).authenticates).toBe(false);
  });

  test('when a file is missing or half of a pair, then the error names it', () => {
    expect(() => open('127.0.0.1:0', { WINNOW_AUTH_FILE: join(dir, 'none.yaml') })).toThrow('none.yaml');
    expect(() => open('127.0.0.1:0', { WINNOW_TLS_CERT_FILE: 'x' })).toThrow('WINNOW_TLS_KEY_FILE');
  });
});
