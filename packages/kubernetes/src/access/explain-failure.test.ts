import { describe, expect, it } from 'vitest';
import { TimedOut } from './exchange.ts';
import { explainConnection, explainCredentials } from './explain-failure.ts';

const place = {
  ...{ name: 'prod', server: 'https://api.example:6443', origin: '/home/me/.kube/config' },
  cluster: { name: 'c', server: 'https://api.example:6443', skipTLSVerify: false },
  user: { name: 'me' },
};
const withPlugin = { ...place, user: { name: 'me', exec: { command: 'cloud-login' } } };
const failed = (code: string, message = 'x', more: object = {}) => Object.assign(new Error(message), { code, ...more });

describe('why a connection failed', () => {
  it.each([
    ['ECONNREFUSED', 'connection refused by https://api.example:6443'],
    ['ENOTFOUND', 'the name api.example is not known to DNS'],
    ['EHOSTUNREACH', 'there is no way to https://api.example:6443'],
    ['ETIMEDOUT', 'it does not answer'],
    ['ECONNRESET', 'the connection to https://api.example:6443 was cut'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate-authority of the cluster c in /home/me/.kube/config'],
    ['CERT_HAS_EXPIRED', 'the certificate of https://api.example:6443 has expired'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls-server-name of the cluster c'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'does not take the client certificate of the user me'],
  ])('given %s, when it is explained, then people know where to look', (code, said) => {
    expect(explainConnection(failed(code), place)).toMatchObject({
      name: 'ApiUnreachable',
      message: expect.stringMatching(/^cluster prod: /),
    });
    expect(explainConnection(failed(code), place).message).toContain(said);
  });

  it('given a time that was over, when it is explained, then it says what did not come', () => {
    const { message } = explainConnection(new TimedOut('no answer within 60 s'), place);
    expect(message).toBe('cluster prod: no answer within 60 s from https://api.example:6443');
  });

  it('given an error that nobody knows, when it is explained, then its own words are kept, without secrets', () => {
    const { message } = explainConnection(failed('E_ODD', 'odd: password=hunter2hunter2'), place);
    expect(message).toMatch(/^cluster prod: https:.*odd: .*\(E_ODD\)$/);
    expect(message).not.toContain('hunter2');
  });
});

describe('why there are no credentials', () => {
  it('given a file that is gone, when it is explained, then it is named', () => {
    const error = failed('ENOENT', 'x', { path: '/etc/token' });
    expect(explainCredentials(error, place).message).toContain(
      '/etc/token, which the user me in /home/me/.kube/config names, cannot be read (ENOENT)',
    );
  });

  it('given a plugin that is not installed, when it is explained, then the hint of the kubeconfig is told', () => {
    const { message } = explainCredentials(failed('ENOENT'), {
      ...withPlugin,
      installHint: 'brew install cloud-login',
    });
    expect(message).toMatch(/plugin cloud-login .* not in PATH\. brew install cloud-login$/);
  });

  it.each([new SyntaxError('Unexpected token: "eyJhbGciOi"'), new TypeError("reading 'token'")])(
    'given a plugin that printed no credential (%s), when it is explained, then nothing of what it printed is told',
    (error) => {
      const { message } = explainCredentials(error, withPlugin);
      expect(message).toMatch(/printed no ExecCredential$/);
      expect(message).not.toContain('eyJ');
    },
  );
});
