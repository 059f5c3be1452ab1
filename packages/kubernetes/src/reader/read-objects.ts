// Objects of some kinds, as facts: redacted while they are read, Secrets as the names of their keys.
import { type KubeObject, qualifiedKind, readKubeObject } from '@winnow/contracts';
import { redactObject } from '@winnow/redaction';
import { LookupDenied } from '@winnow/stream';
import type { ApiServer } from '../api-server.ts';
import type { ApiResource } from '../discovery/api-resource.ts';
import { listPages } from './list-pages.ts';

/** Objects of one kind in one look-up, at most: more than any context can hold. */
const MOST = 10_000;

export interface ReadObjects {
  /** Undefined: what is in no namespace. */
  readonly namespace: string | undefined;
  readonly kinds: readonly string[];
  readonly resources: readonly ApiResource[];
  readonly signal: AbortSignal;
}

/**
 * Kinds that the cluster lacks, or that this identity may not list, are left out.
 * @throws LookupDenied where it may list none of them
 */
export async function readObjects(api: ApiServer, wanted: ReadObjects): Promise<readonly KubeObject[]> {
  const listed = wanted.kinds.flatMap((kind) => resourceOf(kind, wanted) ?? []);
  const found = await Promise.all(listed.map((resource) => readKind(api, resource, wanted)));
  const denials = found.filter((each) => each instanceof LookupDenied);
  const [denied] = denials;
  if (denied && denials.length === found.length) throw denied;
  return found.flatMap((each) => (each instanceof LookupDenied ? [] : each));
}

/** The first that has the kind: groups of Kubernetes itself come before others. */
function resourceOf(kind: string, { namespace, resources }: ReadObjects): ApiResource | undefined {
  const isWanted = (each: ApiResource) =>
    each.namespaced === (namespace !== undefined) &&
    each.verbs.includes('list') &&
    qualifiedKind(each.kind, each.group === '' ? each.version : `${each.group}/${each.version}`) === kind;
  return resources.find(isWanted);
}

async function readKind(
  api: ApiServer,
  resource: ApiResource,
  { namespace, signal }: ReadObjects,
): Promise<readonly KubeObject[] | LookupDenied> {
  const byName = new Map<string, KubeObject>();
  try {
    for await (const page of listPages(api, { resource, namespace, signal })) {
      for (const raw of page) {
        const read = readKubeObject(redactObject(raw));
        if ('object' in read) byName.set(read.object.metadata.name, read.object);
      }
      if (byName.size >= MOST) break;
    }
  } catch (error) {
    if (error instanceof LookupDenied) return error;
    throw error;
  }
  return [...byName.values()];
}
