// Reads one kubeconfig file into the client library's words. The library's own reader names no file, knows no `tokenFile`, and refuses what
// kubectl merges.
import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import type { Cluster, User } from '@kubernetes/client-node';
import { fieldsOf, isFields, type JsonFields, known, textIn } from '@winnow/contracts';
import { parse } from 'yaml';
import { execOf } from './exec-plugin.ts';
import { KubeconfigUnusable } from './kubeconfig-error.ts';

export interface NamedContext {
  readonly name: string;
  readonly cluster: string;
  readonly user?: string;
  readonly namespace?: string;
  readonly file: string;
}

export interface Kubeconfig {
  readonly contexts: ReadonlyMap<string, NamedContext>;
  readonly clusters: ReadonlyMap<string, Cluster>;
  readonly users: ReadonlyMap<string, User>;
  readonly installHints: ReadonlyMap<string, string>;
  readonly current?: string;
}

/** @throws KubeconfigUnusable */
export function readKubeconfig(file: string): Kubeconfig {
  const config = parseFile(file);
  const entries = (field: string, inner: string) => namedEntries(config, field, inner, file);
  const contexts = entries('contexts', 'context').map(([name, fields, place]) => contextOf(name, fields, place, file));
  const clusters = entries('clusters', 'cluster').map(([name, fields, place]) => clusterOf(name, fields, place, file));
  const users = entries('users', 'user').map(([name, fields, place]) => userOf(name, fields, place, file));
  const hints = entries('users', 'user').flatMap(([name, fields]) => {
    const hint = textIn(fieldsOf(fields.exec).installHint);
    return hint ? [[name, hint] as const] : [];
  });
  const byName = <T extends { readonly name: string }>(all: readonly T[]) =>
    firstOfEach(all.map((each) => [each.name, each] as const));
  return {
    ...{ contexts: byName(contexts), clusters: byName(clusters), users: byName(users), installHints: new Map(hints) },
    ...known({ current: textIn(config['current-context']) }),
  };
}

/** In their order; of those with one name the first, as kubectl takes it. */
export function firstOfEach<T>(entries: readonly (readonly [string, T])[]): ReadonlyMap<string, T> {
  const first = new Map<string, T>();
  for (const [name, value] of entries) if (!first.has(name)) first.set(name, value);
  return first;
}

function parseFile(file: string): JsonFields {
  const config = parseText(readText(file), file);
  if (isFields(config)) return config;
  throw new KubeconfigUnusable(`${file} is no kubeconfig: a mapping with clusters, users and contexts is expected`);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new KubeconfigUnusable(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'it is no file'}`);
  }
}

/** The parser's own message quotes the file, and with it credentials: only the place is told. */
function parseText(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const line = (error as { linePos?: { line: number }[] }).linePos?.[0]?.line;
    throw new KubeconfigUnusable(`${file}${line ? ` line ${line}` : ''}: no YAML that can be read`);
  }
}

type Entry = readonly [name: string, fields: JsonFields, place: string];

function namedEntries(config: JsonFields, field: string, inner: string, file: string): readonly Entry[] {
  const list = config[field] ?? [];
  if (!Array.isArray(list)) throw new KubeconfigUnusable(`${file}: ${field} is to be a list of {name, ${inner}}`);
  return list.map((entry: unknown, index): Entry => {
    const place = `${file}: ${field}[${index}]`;
    const name = textIn(fieldsOf(entry).name);
    if (name === undefined) throw new KubeconfigUnusable(`${place}.name is to be a text`);
    return [name, fieldsOf(fieldsOf(entry)[inner]), `${place} (${name})`];
  });
}

function contextOf(name: string, fields: JsonFields, place: string, file: string): NamedContext {
  const cluster = textIn(fields.cluster);
  if (cluster === undefined) throw new KubeconfigUnusable(`${place}.context.cluster is to name a cluster`);
  return { name, cluster, file, ...known({ user: textIn(fields.user), namespace: textIn(fields.namespace) }) };
}

function clusterOf(name: string, fields: JsonFields, place: string, file: string): Cluster {
  const server = textIn(fields.server)?.replace(/\/+$/, '');
  if (server === undefined || !/^https?:\/\/./.test(server) || !URL.canParse(server))
    throw new KubeconfigUnusable(`${place}.cluster.server is to be a URL like https://10.0.0.1:6443`);
  return {
    ...{ name, server, skipTLSVerify: fields['insecure-skip-tls-verify'] === true },
    ...known({
      caData: textIn(fields['certificate-authority-data']),
      caFile: pathIn(fields['certificate-authority'], file),
      tlsServerName: textIn(fields['tls-server-name']),
      proxyUrl: textIn(fields['proxy-url']),
    }),
  };
}

function userOf(name: string, fields: JsonFields, place: string, file: string): User {
  const tokenFile = pathIn(fields.tokenFile ?? fields['token-file'], file);
  const provider = fields['auth-provider'];
  return {
    name,
    ...known({
      certData: textIn(fields['client-certificate-data']),
      certFile: pathIn(fields['client-certificate'], file),
      keyData: textIn(fields['client-key-data']),
      keyFile: pathIn(fields['client-key'], file),
      // A token file counts before a token, and is read again when it has changed.
      token: tokenFile ? undefined : textIn(fields.token),
      username: textIn(fields.username),
      password: textIn(fields.password),
      impersonateUser: textIn(fields.as),
      exec: isFields(fields.exec) ? execOf(fields.exec, place, file) : undefined,
      authProvider: tokenFile
        ? { name: 'tokenFile', config: { tokenFile } }
        : isFields(provider)
          ? provider
          : undefined,
    }),
  };
}

/** Paths in a kubeconfig are relative to it. */
function pathIn(value: unknown, file: string): string | undefined {
  const path = textIn(value);
  return path === undefined || isAbsolute(path) ? path : resolve(dirname(file), path);
}
