import { describe, expect, it } from 'vitest';
import { proxyEnvironment } from './proxy-environment.ts';

const HTTPS_PROXY = 'http://proxy.example:3128';

describe('proxies of the environment', () => {
  it('given one, when a server is elsewhere, then it is asked through it', () => {
    const expected = { HTTPS_PROXY, HTTP_PROXY: undefined, NO_PROXY: '.internal' };
    expect(proxyEnvironment('https://api.example:6443', { https_proxy: HTTPS_PROXY, NO_PROXY: '.internal' })).toEqual(
      expected,
    );
  });

  it.each([
    ['no proxy', 'https://api.example', {}],
    ['loopback', 'https://127.0.0.1:6443', { HTTPS_PROXY }],
    ['loopback by name', 'https://localhost:6443', { HTTPS_PROXY }],
    ['loopback of IPv6', 'https://[::1]:6443', { HTTPS_PROXY }],
    ["a pod's own cluster", 'https://10.96.0.1:443', { HTTPS_PROXY, KUBERNETES_SERVICE_HOST: '10.96.0.1' }],
    ['a network that is excepted', 'https://10.1.2.3:6443', { HTTPS_PROXY, NO_PROXY: 'a.example, 10.0.0.0/8' }],
  ])('given %s, when it is asked, then directly', (_what, server, env) => {
    expect(proxyEnvironment(server, env)).toBeUndefined();
  });

  it('given networks that are none, when a server is asked, then they except nothing', () => {
    const env = { HTTPS_PROXY, NO_PROXY: '10.0.0.0/99,/8,10.0.0.0/x,fd00::/8' };
    expect(proxyEnvironment('https://10.1.2.3:6443', env)).toMatchObject({ HTTPS_PROXY });
  });
});
