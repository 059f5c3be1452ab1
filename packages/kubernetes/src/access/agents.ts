// Pools of connections: one for requests that end, one for watches, so that long watches never starve lists.
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Access } from './access.ts';
import { type Environment, proxyEnvironment } from './proxy-environment.ts';

export interface Agents {
  readonly requests: HttpAgent;
  readonly watches: HttpAgent;
}

export interface AgentPool {
  /** The pools that fit these credentials; those of former certificates are left to end with what runs on them. */
  of(access: Access): Agents;
  close(): void;
}

/** @param mostRequests connections for requests that end, at most */
export function createAgentPool(server: string, mostRequests: number, env: Environment): AgentPool {
  let pool: { readonly key: string; readonly agents: Agents } | undefined;

  function make({ tls, proxied }: Access): Agents {
    if (proxied) return proxied;
    // Probes of the kernel find what half-open connections the inactivity timers do not.
    const proxyEnv = proxyEnvironment(server, env);
    const shared = { keepAlive: true, keepAliveMsecs: 30_000, ...(proxyEnv && { proxyEnv }) };
    const sized = (maxSockets: number) =>
      server.startsWith('http:')
        ? new HttpAgent({ ...shared, maxSockets })
        : new HttpsAgent({ ...shared, ...tls, maxSockets });
    return { requests: sized(mostRequests), watches: sized(Infinity) };
  }

  return {
    of(access) {
      if (pool?.key !== access.tlsKey) pool = { key: access.tlsKey, agents: make(access) };
      return pool.agents;
    },
    close() {
      pool?.agents.requests.destroy();
      pool?.agents.watches.destroy();
    },
  };
}
