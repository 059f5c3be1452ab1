// Credentials as the client library makes them: tokens and their files, certificates, credential plugins, OIDC.
import type { Agent, RequestOptions } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import type { KubeConfig } from '@kubernetes/client-node';
import type { ClusterContext } from './context.ts';

export interface Access {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: SecureContextOptions & { readonly servername?: string; readonly rejectUnauthorized?: boolean };
  /** Connections through a proxy, where the kubeconfig names one: for lists, and for watches. */
  readonly proxied?: { readonly requests: Agent; readonly watches: Agent };
  /** Changes with the TLS options: connections made with others are not to be used any more. */
  readonly tlsKey: string;
}

export interface Credentials {
  /** What to ask with now. Plugins run once for all who wait, and not again before what they gave expires. */
  current(): Promise<Access>;
  /** Forgets what is cached, at most once in ten seconds: a plugin is no cheap program. False where that was too soon. */
  refresh(): boolean;
}

const REFRESH_INTERVAL = 10_000;

/** @param now milliseconds of a clock that never goes back */
export function createCredentials(context: ClusterContext, now: () => number = () => performance.now()): Credentials {
  let configs: Promise<readonly [KubeConfig, KubeConfig]> | undefined;
  let pending: Promise<Access> | undefined;
  let refreshedAt = -Infinity;

  async function apply(): Promise<Access> {
    configs ??= Promise.all([toLibrary(context), toLibrary(context)]);
    const [requests, watches] = await configs;
    const options: RequestOptions = {};
    await requests.applyToHTTPSOptions(options);
    if (!context.cluster.proxyUrl) return toAccess(options);
    // The library keeps one agent for each configuration; a second one keeps watches from starving lists.
    const ofWatches: RequestOptions = {};
    await watches.applyToHTTPSOptions(ofWatches);
    return { ...toAccess(options), proxied: { requests: options.agent as Agent, watches: ofWatches.agent as Agent } };
  }

  return {
    current() {
      pending ??= apply().finally(() => {
        pending = undefined;
      });
      return pending;
    },
    refresh() {
      if (now() - refreshedAt < REFRESH_INTERVAL) return false;
      refreshedAt = now();
      configs = undefined;
      return true;
    },
  };
}

/** Loaded late: the library costs most of a second, which commands that look at no cluster should not wait for. */
async function toLibrary({ cluster, user }: ClusterContext): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  const contexts = [{ name: 'context', cluster: cluster.name, user: user.name }];
  config.loadFromOptions({ clusters: [cluster], users: [user], contexts, currentContext: 'context' });
  return config;
}

function toAccess({ ca, cert, key, servername, rejectUnauthorized, headers, auth }: RequestOptions): Access {
  const tls = Object.fromEntries(
    Object.entries({ ca, cert, key, servername, rejectUnauthorized }).filter(([, value]) => value !== undefined),
  );
  const texts = Object.entries(headers ?? {}).map(([name, value]) => [name, String(value).trim()] as const);
  // The library writes the names of these headers in more than one way.
  const basic = auth ? [['authorization', `Basic ${Buffer.from(auth).toString('base64')}`] as const] : [];
  return {
    headers: Object.fromEntries([...texts.map(([name, value]) => [name.toLowerCase(), value] as const), ...basic]),
    tls,
    tlsKey: [ca, cert, key, servername, rejectUnauthorized].map(String).join('|'),
  };
}
