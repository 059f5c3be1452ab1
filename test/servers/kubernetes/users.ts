import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { Client } from './client.ts';
import type { KubernetesObject, Objects } from './objects.ts';

const RBAC = 'rbac.authorization.k8s.io';

export interface UserOptions {
  /** Of the ServiceAccount, in the namespace `default`. */
  readonly name: string;
  /** What it may do in the whole cluster. */
  readonly rules?: readonly object[];
  /** A YAML file whose ClusterRole it is bound to, applied as it is. */
  readonly clusterRoleFile?: string;
}

/** Makes a ServiceAccount that may do what is said and nothing else. @returns a token of it that is good for a day. */
export async function createUser(client: Client, objects: Objects, options: UserOptions): Promise<string> {
  const { name } = options;
  const role = options.clusterRoleFile ? readClusterRole(options.clusterRoleFile) : clusterRole(name, options.rules);
  await objects.apply([
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'default' } },
    role,
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: `${name}-${role.metadata.name}` },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role.metadata.name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: 'default' }],
    },
  ]);
  const { status, body } = await client.request<{ status: { token: string } }>(
    `/api/v1/namespaces/default/serviceaccounts/${name}/token`,
    {
      method: 'POST',
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 86_400 } },
    },
  );
  if (status >= 300) throw new Error(`no token for ${name}: ${JSON.stringify(body)}`);
  return body.status.token;
}

function clusterRole(name: string, rules: readonly object[] = []): KubernetesObject {
  return { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name }, rules };
}

function readClusterRole(file: string): KubernetesObject {
  const documents = parseAllDocuments(readFileSync(file, 'utf8')).map((each) => each.toJS() as KubernetesObject | null);
  const role = documents.find((each) => each?.kind === 'ClusterRole');
  if (!role) throw new Error(`${file} holds no ClusterRole`);
  return role;
}
