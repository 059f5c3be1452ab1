// Objects are applied and removed as kubectl does it, through discovery.
import { until } from '../process/until.ts';
import type { Client } from './client.ts';

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

export interface Objects {
  /**
   * Creates or changes them, in the order given (server-side apply; what `status` holds is written through the status
   * subresource). @returns what the server stored. @throws on the first that it refuses, with its words.
   */
  apply(objects: KubernetesObject | readonly KubernetesObject[]): Promise<KubernetesObject[]>;
  /** Deletes them; one that is not there is no error. Only apiVersion, kind, name and namespace are read. */
  remove(objects: KubernetesObject | readonly KubernetesObject[]): Promise<void>;
  /** The path of one object. */
  pathOf(object: KubernetesObject): Promise<string>;
}

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

const prefixOf = (apiVersion: string) => (apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`);

const asList = <T>(value: T | readonly T[]) => (Array.isArray(value) ? (value as readonly T[]) : [value as T]);

const nameOf = ({ kind, metadata }: KubernetesObject) =>
  `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`;

/** @param hasControllers whether a namespace gets its default ServiceAccount, which pods in it need */
export function createObjects(client: Client, hasControllers: boolean): Objects {
  const known = new Map<string, Resource>();

  const discover = async ({ apiVersion, kind }: KubernetesObject): Promise<Resource> => {
    const prefix = prefixOf(apiVersion);
    const { status, body } = await client.request<{ resources?: Resource[] }>(prefix);
    if (status !== 200) throw new Error(`${prefix} answered ${status}`);
    const resource = body.resources?.find((each) => each.kind === kind && !each.name.includes('/'));
    if (!resource) throw new Error(`the API server knows no ${kind} of ${apiVersion}`);
    known.set(`${apiVersion} ${kind}`, resource);
    return resource;
  };

  const pathOf = async (object: KubernetesObject) => {
    const { apiVersion, kind, metadata } = object;
    const { name, namespaced } = known.get(`${apiVersion} ${kind}`) ?? (await discover(object));
    const namespace = namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : '';
    return `${prefixOf(apiVersion)}${namespace}/${name}/${metadata.name}`;
  };

  const patch = async (path: string, type: string, body: unknown, object: KubernetesObject) => {
    const headers = { 'content-type': `application/${type}` };
    const answer = await client.request<KubernetesObject>(path, { method: 'PATCH', headers, body });
    if (answer.status < 300) return answer.body;
    throw new Error(`${nameOf(object)} was refused with ${answer.status}: ${JSON.stringify(answer.body)}`);
  };

  const applyOne = async (object: KubernetesObject): Promise<KubernetesObject> => {
    const path = await pathOf(object);
    const { status, ...rest } = object;
    const query = '?fieldManager=kubectl&force=true';
    let stored = await patch(`${path}${query}`, 'apply-patch+yaml', rest, object);
    if (status !== undefined) stored = await patch(`${path}/status`, 'merge-patch+json', { status }, object);
    if (object.kind === 'Namespace' && hasControllers) await untilPodsAreAllowed(client, object.metadata.name);
    return stored;
  };

  return {
    pathOf,
    async apply(objects) {
      const stored = [];
      for (const object of asList(objects)) stored.push(await applyOne(object));
      return stored;
    },
    async remove(objects) {
      for (const object of asList(objects)) {
        const { status, body } = await client.request(await pathOf(object), { method: 'DELETE' });
        if (status >= 300 && status !== 404) throw new Error(`${nameOf(object)} stays: ${JSON.stringify(body)}`);
      }
    },
  };
}

/** Until the namespace has its default ServiceAccount. */
export async function untilPodsAreAllowed(client: Client, namespace: string): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/default`;
  await until(
    async () => (await client.request(path)).status === 200,
    () => `the default ServiceAccount of ${namespace}`,
  );
}
