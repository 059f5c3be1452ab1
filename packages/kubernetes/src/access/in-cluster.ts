// The service account of the pod that this runs in.
import { existsSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { ClusterContext } from './context.ts';
import { KubeconfigUnusable } from './kubeconfig-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;
const mounted = '/var/run/secrets/kubernetes.io/serviceaccount';

/** @param directory where the service account is mounted */
export function isInCluster(env: Environment, directory = mounted): boolean {
  return Boolean(env.KUBERNETES_SERVICE_HOST) && existsSync(join(directory, 'token'));
}

/** @throws KubeconfigUnusable outside of a pod */
export function inClusterContext(name: string | undefined, env: Environment, directory = mounted): ClusterContext {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = env;
  if (!host || !isInCluster(env, directory))
    throw new KubeconfigUnusable(
      `this runs in no pod: KUBERNETES_SERVICE_HOST and ${directory}/token (a mounted service account token) are expected`,
    );
  const server = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const tokenFile = join(directory, 'token');
  return {
    ...{ name: name ?? 'in-cluster', context: 'in-cluster', origin: directory, server },
    cluster: { name: 'in-cluster', server, skipTLSVerify: false, caFile: join(directory, 'ca.crt') },
    user: { name: 'service account', authProvider: { name: 'tokenFile', config: { tokenFile } } },
  };
}
