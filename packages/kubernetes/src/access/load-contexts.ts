// Contexts of a kubeconfig, or the service account of the pod that this runs in.
import type { Cluster, User } from '@kubernetes/client-node';
import { known } from '@winnow/contracts';
import type { ClusterContext } from './context.ts';
import { inClusterContext, isInCluster } from './in-cluster.ts';
import { KubeconfigUnusable } from './kubeconfig-error.ts';
import { findKubeconfigFiles } from './kubeconfig-files.ts';
import { firstOfEach, type Kubeconfig, type NamedContext, readKubeconfig } from './read-kubeconfig.ts';

export interface LoadContexts {
  /** A file, or several as in $KUBECONFIG; $KUBECONFIG, else ~/.kube/config, where absent. */
  readonly kubeconfig?: string;
  /** Names of contexts, each perhaps with the name that its cluster is to have; the current one where absent. */
  readonly contexts?: 'all' | readonly (string | { readonly context: string; readonly name: string })[];
  /** The service account of this pod; with the name that its cluster is to have. */
  readonly inCluster?: boolean | { readonly name: string };
  /** Where variables are read; that of the process where absent. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Without any option: what kubectl would take, and in a pod without a kubeconfig its service account.
 * @throws KubeconfigUnusable that names the file and what is expected there
 */
export function loadContexts(options: LoadContexts = {}): readonly ClusterContext[] {
  const { kubeconfig, contexts, inCluster, env = process.env } = options;
  if (inCluster) return [inClusterContext(inCluster === true ? undefined : inCluster.name, env)];
  const files = findKubeconfigFiles(kubeconfig, env);
  if (files.length > 0) return chooseContexts(merge(files.map(readKubeconfig)), contexts, files.join(', '));
  if (contexts === undefined && isInCluster(env)) return [inClusterContext(undefined, env)];
  throw new KubeconfigUnusable('there is no kubeconfig: set $KUBECONFIG, or write ~/.kube/config');
}

/** Of what several files name the first one counts, as for kubectl. */
function merge(configs: readonly Kubeconfig[]): Kubeconfig {
  return {
    contexts: firstOfEach(configs.flatMap(({ contexts }) => [...contexts])),
    clusters: firstOfEach(configs.flatMap(({ clusters }) => [...clusters])),
    users: firstOfEach(configs.flatMap(({ users }) => [...users])),
    installHints: firstOfEach(configs.flatMap(({ installHints }) => [...installHints])),
    ...known({ current: configs.find((each) => each.current !== undefined)?.current }),
  };
}

function chooseContexts(
  config: Kubeconfig,
  wanted: LoadContexts['contexts'],
  files: string,
): readonly ClusterContext[] {
  const chosen = wanted === 'all' ? [...config.contexts.keys()] : (wanted ?? [currentOf(config, files)]);
  const all = chosen.map((each) => {
    const { context, name } = typeof each === 'string' ? { context: each, name: each } : each;
    return resolveContext(config, context, name, files);
  });
  const names = all.map((each) => each.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new KubeconfigUnusable(`two contexts are to have the name ${twice}: names tell clusters apart`);
  return all;
}

function currentOf({ current, contexts }: Kubeconfig, files: string): string {
  if (current !== undefined) return current;
  throw new KubeconfigUnusable(`${files} has no current-context: name one of ${listNames(contexts)}`);
}

function listNames(contexts: ReadonlyMap<string, NamedContext>): string {
  const names = [...contexts.keys()];
  if (names.length === 0) return '(it has no contexts)';
  return names.slice(0, 10).join(', ') + (names.length > 10 ? `, and ${names.length - 10} more` : '');
}

function resolveContext(config: Kubeconfig, context: string, name: string, files: string): ClusterContext {
  const found = config.contexts.get(context);
  if (!found) throw new KubeconfigUnusable(`${files} has no context ${context}: it has ${listNames(config.contexts)}`);
  const cluster = config.clusters.get(found.cluster);
  if (!cluster)
    throw new KubeconfigUnusable(
      `${found.file}: context ${context} names the cluster ${found.cluster}, which ${files} does not have`,
    );
  const user = userFor(config, found, files);
  const { server } = cluster;
  const hint = config.installHints.get(user.name);
  return {
    ...{ name, context, origin: found.file, server, cluster: usable(cluster), user },
    ...known({ namespace: found.namespace, installHint: hint }),
  };
}

function userFor(config: Kubeconfig, { name, user, file }: NamedContext, files: string): User {
  if (user === undefined) return { name: 'anonymous' };
  const found = config.users.get(user);
  if (found) return found;
  throw new KubeconfigUnusable(`${file}: context ${name} names the user ${user}, which ${files} does not have`);
}

/** The library refuses plain HTTP unless verification is off; there is nothing to verify (`kubectl proxy`). */
function usable(cluster: Cluster): Cluster {
  return cluster.server.startsWith('http:') ? { ...cluster, skipTLSVerify: true } : cluster;
}
