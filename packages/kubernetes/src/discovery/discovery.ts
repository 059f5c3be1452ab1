// Which kinds a cluster has. Asked for seldom, and kept: a cluster's kinds change rarely, and discovery is dear to its API server.
import type { ApiServer } from '../api-server.ts';
import { readJson, tellStatus } from '../read-json.ts';
import type { ApiResource } from './api-resource.ts';
import { discoverLegacy } from './discover-legacy.ts';
import { DiscoveryFailed } from './discovery-failed.ts';
import { type FoundResources, preferFirst, readAggregated } from './read-aggregated.ts';

export interface Discovery {
  /**
   * The kinds in the order that the server gives, the core group first; each in the version that its group prefers.
   * @throws ApiUnreachable, DiscoveryFailed where nothing can be learned and nothing was known before
   */
  resources(): Promise<readonly ApiResource[]>;
  /** What could not be learned lately: `metrics.k8s.io/v1beta1 does not answer`. */
  problems(): readonly string[];
}

export interface DiscoveryOptions {
  /** Milliseconds for which what was learned is not asked again (default 300,000). */
  readonly ttl?: number;
}

const accept = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat('application/json')
  .join(',');

interface Root extends FoundResources {
  readonly etag?: string;
}

export function createDiscovery(api: ApiServer, { ttl = 300_000 }: DiscoveryOptions = {}): Discovery {
  const roots = new Map<string, Root>();
  let learned: { readonly resources: readonly ApiResource[]; readonly at: number } | undefined;
  let problems: readonly string[] = [];
  let pending: Promise<readonly ApiResource[]> | undefined;

  async function learn(): Promise<readonly ApiResource[]> {
    try {
      const found = (await learnAggregated()) ?? (await discoverLegacy(api));
      problems = found.problems;
      learned = { resources: preferFirst(found.resources), at: performance.now() };
    } catch (error) {
      if (!learned) throw error;
      // What was known is better than nothing; it is asked again the next time.
      problems = [error instanceof Error ? error.message : String(error)];
    }
    return learned.resources;
  }

  /** Undefined where the server knows the older form only. */
  async function learnAggregated(): Promise<FoundResources | undefined> {
    const [core, groups] = await Promise.all([learnRoot('/api'), learnRoot('/apis')]);
    if (!core || !groups) return undefined;
    return {
      resources: [...core.resources, ...groups.resources],
      problems: [...core.problems, ...groups.problems],
    };
  }

  async function learnRoot(path: string): Promise<Root | undefined> {
    const known = roots.get(path);
    const response = await api.request({
      ...{ path, accept, purpose: 'discovery' },
      ...(known?.etag && { ifNoneMatch: known.etag }),
    });
    if (response.status === 304 && known) return known;
    if (response.status === 406) return undefined;
    if (response.status !== 200)
      throw new DiscoveryFailed(`cluster ${api.name}: its kinds cannot be learned: ${await tellStatus(response)}`);
    const found = readAggregated(await readJson(response));
    const etag = response.header('etag');
    const root = found && { ...found, ...(etag && { etag }) };
    if (root) roots.set(path, root);
    return root;
  }

  return {
    resources() {
      if (learned && performance.now() - learned.at < ttl) return Promise.resolve(learned.resources);
      pending ??= learn().finally(() => {
        pending = undefined;
      });
      return pending;
    },
    problems: () => problems,
  };
}
