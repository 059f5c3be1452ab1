// Aggregated discovery: all groups in one document. Reading is lenient; what an unknown server leaves out is not there.
import { fieldsOf, isFields, type JsonFields, textIn } from '@winnow/contracts';
import type { ApiResource } from './api-resource.ts';

export interface FoundResources {
  readonly resources: readonly ApiResource[];
  /** What could not be learned, in words. */
  readonly problems: readonly string[];
}

const listIn = (value: unknown): readonly JsonFields[] => (Array.isArray(value) ? value.filter(isFields) : []);
const textsIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];

/** Reads an APIGroupDiscoveryList; undefined where it is none: the server then knows the older form only. */
export function readAggregated(document: unknown): FoundResources | undefined {
  if (fieldsOf(document).kind !== 'APIGroupDiscoveryList') return undefined;
  const resources: ApiResource[] = [];
  const problems: string[] = [];
  for (const item of listIn(fieldsOf(document).items)) {
    const group = textIn(fieldsOf(item.metadata).name) ?? '';
    for (const version of listIn(item.versions)) {
      if (version.freshness === 'Stale') problems.push(`${group}/${String(version.version)} does not answer`);
      resources.push(...listIn(version.resources).flatMap((each) => resourceOf(each, group, version.version)));
    }
  }
  return { resources, problems };
}

function resourceOf(fields: JsonFields, group: string, version: unknown): ApiResource[] {
  const resource = textIn(fields.resource);
  const kind = textIn(fieldsOf(fields.responseKind).kind);
  if (resource === undefined || kind === undefined || typeof version !== 'string') return [];
  return [{ group, version, resource, kind, namespaced: fields.scope === 'Namespaced', verbs: textsIn(fields.verbs) }];
}

/** Reads an APIResourceList of one group and version; subresources (`pods/log`) are left out. */
export function readResourceList(document: unknown, group: string, version: string): readonly ApiResource[] {
  return listIn(fieldsOf(document).resources).flatMap((fields) => {
    const { name: resource, kind } = fields;
    if (typeof resource !== 'string' || typeof kind !== 'string' || resource.includes('/')) return [];
    return [{ group, version, resource, kind, namespaced: fields.namespaced === true, verbs: textsIn(fields.verbs) }];
  });
}

/** The groups of an APIGroupList with their versions, the preferred one first. */
export function readGroups(
  document: unknown,
): readonly { readonly group: string; readonly versions: readonly string[] }[] {
  return listIn(fieldsOf(document).groups).flatMap((fields) => {
    const group = textIn(fields.name);
    const preferred = textIn(fieldsOf(fields.preferredVersion).version);
    const versions = listIn(fields.versions).flatMap((each) => textIn(each.version) ?? []);
    const ordered = [...new Set([...(preferred ? [preferred] : []), ...versions])];
    return group === undefined ? [] : [{ group, versions: ordered }];
  });
}

/** Of each resource of a group the first version, which is the one that the group prefers. */
export function preferFirst(resources: readonly ApiResource[]): readonly ApiResource[] {
  const first = new Map<string, ApiResource>();
  for (const each of resources) {
    const key = `${each.group}/${each.resource}`;
    if (!first.has(key)) first.set(key, each);
  }
  return [...first.values()];
}
