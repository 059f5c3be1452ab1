// Access by tokens, certificates, token files and credential plugins: the client library's own authenticators, without the rest of it, which
// takes most of a second and 80 MB to load.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import type { User } from '@kubernetes/client-node';
import { type Access, type TlsOptions, toAccess } from './access.ts';
import type { ClusterContext } from './context.ts';

/** Milliseconds. Some open a connection of their own. */
const PLUGIN_TIMEOUT = 60_000;

/** True where no more is needed: neither a proxy nor an identity provider. */
export function isUsual({ cluster, user }: ClusterContext): boolean {
  const { config } = (user.authProvider ?? {}) as { readonly config?: { readonly tokenFile?: unknown } };
  return !cluster.proxyUrl && (!user.authProvider || config?.tokenFile !== undefined);
}

/** Files are read once: whoever wants to know of new ones begins anew. */
export function usualAccess({ cluster, user }: ClusterContext): () => Promise<Access> {
  let tls: TlsOptions | undefined;
  let authenticate: Promise<(options: RequestOptions) => Promise<void>> | undefined;
  return async () => {
    authenticate ??= authenticatorOf(user);
    tls ??= {
      ...pemIn('ca', cluster.caData, cluster.caFile),
      ...pemIn('cert', user.certData, user.certFile),
      ...pemIn('key', user.keyData, user.keyFile),
      ...(cluster.skipTLSVerify && { rejectUnauthorized: false }),
      ...(cluster.tlsServerName && { servername: cluster.tlsServerName }),
    };
    const headers = user.impersonateUser ? { 'impersonate-user': user.impersonateUser } : {};
    const options: RequestOptions = { ...tls, headers };
    if (user.username) options.auth = `${user.username}:${user.password ?? ''}`;
    await (await authenticate)(options);
    return toAccess(options);
  };
}

function pemIn(name: 'ca' | 'cert' | 'key', data: string | undefined, file: string | undefined): TlsOptions {
  if (data) return { [name]: Buffer.from(data, 'base64') };
  return file ? { [name]: readFileSync(file) } : {};
}

async function authenticatorOf(user: User): Promise<(options: RequestOptions) => Promise<void>> {
  const { token } = user;
  if (token)
    return async (options) => {
      options.headers = { ...options.headers, authorization: `Bearer ${token}` };
    };
  if (user.exec) {
    const { ExecAuth } = await import('@kubernetes/client-node/dist/exec_auth.js');
    const auth = new ExecAuth();
    Object.assign(auth, { execFn: runPlugin });
    return (options) => auth.applyAuthentication(user, options);
  }
  if (user.authProvider) {
    const { FileAuth } = await import('@kubernetes/client-node/dist/file_auth.js');
    const auth = new FileAuth();
    return (options) => auth.applyAuthentication(user, options);
  }
  return async () => undefined;
}

/** Nobody is there to answer a plugin's questions: one that asks is to fail, and one that hangs is ended. */
function runPlugin(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  return spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], timeout: PLUGIN_TIMEOUT });
}
