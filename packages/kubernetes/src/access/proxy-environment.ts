// HTTPS_PROXY and NO_PROXY, as kubectl takes them.
import { BlockList, isIP } from 'node:net';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What an agent of Node.js takes as `proxyEnv`; undefined where this server is asked directly: loopback always is, a pod's own cluster, too. */
export function proxyEnvironment(server: string, env: Environment): NodeJS.ProcessEnv | undefined {
  const host = new URL(server).hostname.replace(/^\[|\]$/g, '');
  const named = (name: string) => env[name.toLowerCase()] ?? env[name];
  const proxies = { HTTPS_PROXY: named('HTTPS_PROXY'), HTTP_PROXY: named('HTTP_PROXY') };
  if (!proxies.HTTPS_PROXY && !proxies.HTTP_PROXY) return undefined;
  if (host === 'localhost' || host === env.KUBERNETES_SERVICE_HOST) return undefined;
  const exceptions = named('NO_PROXY') ?? '';
  if (isWithin(host, ['127.0.0.0/8', '::1/128', ...exceptions.split(',')])) return undefined;
  return { ...proxies, NO_PROXY: exceptions };
}

/** Node.js itself knows names and addresses in NO_PROXY, but no networks. */
function isWithin(host: string, networks: readonly string[]): boolean {
  const family = isIP(host);
  if (family === 0) return false;
  const type = family === 6 ? 'ipv6' : 'ipv4';
  return networks.some((each) => {
    const [address = '', bits] = each.trim().split('/');
    if (isIP(address) !== family || !/^\d{1,3}$/.test(bits ?? '') || Number(bits) > (family === 6 ? 128 : 32))
      return false;
    const network = new BlockList();
    network.addSubnet(address, Number(bits), type);
    return network.check(host, type);
  });
}
