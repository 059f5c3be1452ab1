// Who may use the port: credentials and TLS, both read again when their files change, as options and a hook of Fastify.
import { readFileSync } from 'node:fs';
import type { ServerOptions } from 'node:https';
import type { Grant, MetricFamily, ReadMetrics } from '@winnow/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AccessConfig } from './config.ts';
import { type Credentials, readCredentials } from './credentials.ts';
import { createGuard, type OnRefused } from './guard.ts';
import { createReloading, type Reloading } from './reloading.ts';
import { readTls, replaceTls, type TlsMaterial, tlsFiles } from './tls.ts';

/** Whose a request is, and which tenant's and clusters' data it is about. */
export type AccessGrant = Grant;

export interface Access {
  /** Requests need credentials. */
  readonly authenticates: boolean;
  /** For Fastify; absent where there is no TLS. */
  readonly https: ServerOptions | undefined;
  /** To be called before routes are added. `onRefused` is told of each refusal. */
  guard(fastify: FastifyInstance, onRefused?: OnRefused): void;
  /** Of a request that was let pass; undefined where nobody was asked. */
  grantOf(request: FastifyRequest): AccessGrant | undefined;
  readonly readMetrics: ReadMetrics;
  /** Looks at once whether files have changed. */
  look(): void;
  stop(): void;
}

export interface OpenAccess {
  readonly config: AccessConfig;
  /** Routes that see to it themselves, as by a signature. */
  readonly open?: readonly string[];
  readonly onReloadFailure?: (error: unknown) => void;
}

/** @throws Error that names the file and what is wrong with it. */
export function openAccess({ config, open = [], onReloadFailure }: OpenAccess): Access {
  const { WINNOW_TLS_CLIENT_CA_FILE: clientCa } = config;
  const onFailure = (error: unknown) => onReloadFailure?.(error);
  let guarded: FastifyInstance | undefined;
  const credentials = openCredentials(config, onFailure);
  const tls = openTls(config, onFailure, (material) => guarded && replaceTls(guarded.server, material));
  const guard = createGuard({ credentials: () => credentials?.current, open });
  const files = [credentials, tls].filter((each) => each !== undefined);

  return {
    authenticates: credentials !== undefined || clientCa !== undefined,
    https: tls && {
      ...tls.current,
      // Where there are credentials a certificate is one way to show who one is; else it is the only one.
      ...(clientCa && { requestCert: true, rejectUnauthorized: credentials === undefined }),
    },
    guard(fastify, onRefused) {
      guarded = fastify;
      if (onRefused) guard.onRefused(onRefused);
      fastify.addHook('onRequest', guard.ask);
    },
    grantOf: guard.grantOf,
    readMetrics: () => [guard.family(), failuresOf(files)],
    look() {
      for (const each of files) each.look();
    },
    stop() {
      for (const each of files) each.stop();
    },
  };
}

function openCredentials(
  { WINNOW_AUTH_FILE: file }: AccessConfig,
  onFailure: (error: unknown) => void,
): Reloading<Credentials> | undefined {
  if (file === undefined) return undefined;
  const read = naming(file, () => readCredentials(readFileSync(file, 'utf8')));
  return createReloading({ files: [file], read, onFailure });
}

function openTls(
  config: AccessConfig,
  onFailure: (error: unknown) => void,
  onChange: (material: TlsMaterial) => void,
): Reloading<TlsMaterial> | undefined {
  const files = tlsFiles(config);
  if (files.length === 0) return undefined;
  const read = naming(files.join(', '), () => readTls(config));
  return createReloading({ files, read, onChange, onFailure });
}

/** A failure says of which file it is. */
function naming<T>(file: string, read: () => T): () => T {
  return () => {
    try {
      return read();
    } catch (error) {
      throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  };
}

function failuresOf(files: readonly Reloading<unknown>[]): MetricFamily {
  return {
    name: 'winnow_access_reload_failures_total',
    type: 'counter',
    help: 'Changed files of credentials or certificates that could not be read: the former ones are in force.',
    samples: [{ labels: {}, value: files.reduce((sum, each) => sum + each.failures, 0) }],
  };
}
