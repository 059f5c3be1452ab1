import { writeFileSync } from 'node:fs';

export interface Access {
  readonly name: string;
  readonly url: string;
  readonly caFile?: string | undefined;
  readonly token?: string | undefined;
}

/** Writes a kubeconfig of one context; the cluster and the context have the name. JSON is YAML. @returns its path. */
export function writeKubeconfig(file: string, { name, url, caFile, token }: Access): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server: url, ...(caFile ? { 'certificate-authority': caFile } : {}) } }],
    users: [{ name: 'user', user: token ? { token } : {} }],
    contexts: [{ name, context: { cluster: name, user: 'user' } }],
  };
  writeFileSync(file, JSON.stringify(config, null, 2), { mode: 0o600 });
  return file;
}
