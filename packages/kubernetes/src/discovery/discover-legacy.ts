// Discovery group by group, for servers before Kubernetes 1.26. A group that does not answer fails nothing but itself.
import { fieldsOf } from '@winnow/contracts';
import type { ApiServer } from '../api-server.ts';
import { readJson, tellStatus } from '../read-json.ts';
import type { ApiResource } from './api-resource.ts';
import { DiscoveryFailed } from './discovery-failed.ts';
import { type FoundResources, readGroups, readResourceList } from './read-aggregated.ts';

/** @throws ApiUnreachable, DiscoveryFailed where not even the groups can be learned */
export async function discoverLegacy(api: ApiServer): Promise<FoundResources> {
  const problems: string[] = [];
  const core = fieldsOf(await get(api, '/api')).versions;
  const groups = readGroups(await get(api, '/apis'));
  const places = [
    ...(Array.isArray(core) ? core : []).map((version) => ({ group: '', version: String(version) })),
    ...groups.flatMap(({ group, versions }) => versions.map((version) => ({ group, version }))),
  ];
  const resources = await Promise.all(places.map(listOf));
  return { resources: resources.flat(), problems };

  async function listOf({ group, version }: { group: string; version: string }): Promise<readonly ApiResource[]> {
    try {
      const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
      return readResourceList(await get(api, path), group, version);
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
      return [];
    }
  }
}

async function get(api: ApiServer, path: string): Promise<unknown> {
  const response = await api.request({ path, purpose: 'discovery' });
  if (response.status === 200) return readJson(response);
  throw new DiscoveryFailed(`cluster ${api.name}: ${path} cannot be learned: ${await tellStatus(response)}`);
}
