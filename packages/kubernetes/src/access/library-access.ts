// Access by all that the client library knows: identity providers (OIDC and those of clouds), and proxies.
import type { Agent, RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { type Access, toAccess } from './access.ts';
import type { ClusterContext } from './context.ts';

export function libraryAccess(context: ClusterContext): () => Promise<Access> {
  let configs: Promise<readonly [KubeConfig, KubeConfig]> | undefined;
  return async () => {
    configs ??= Promise.all([toLibrary(context), toLibrary(context)]);
    const [requests, watches] = await configs;
    const options: RequestOptions = {};
    await requests.applyToHTTPSOptions(options);
    if (!context.cluster.proxyUrl) return toAccess(options);
    // The library keeps one agent for each configuration; a second one keeps watches from starving lists.
    const ofWatches: RequestOptions = {};
    await watches.applyToHTTPSOptions(ofWatches);
    return { ...toAccess(options), proxied: { requests: options.agent as Agent, watches: ofWatches.agent as Agent } };
  };
}

async function toLibrary({ cluster, user }: ClusterContext): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  const contexts = [{ name: 'context', cluster: cluster.name, user: user.name }];
  config.loadFromOptions({ clusters: [cluster], users: [user], contexts, currentContext: 'context' });
  return config;
}
