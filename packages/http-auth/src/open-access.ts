// Who may use the port: credentials and TLS, both read again when their files change, as options and a hook of Fastify.
import { readFileSync } from 'node:fs';
import type { ServerOptions } from 'node:https';
import type { MetricFamily, ReadMetrics } from '@winnow/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccessConfig } from './config.ts';
import { type Credential, readCredentials } from './credentials.ts';
import { createReloading, type Reloading } from './reloading.ts';
import { allows, scopeOf } from './scopes.ts';
import { certificateOf, readTls, replaceTls, tlsFiles } from './tls.ts';

/** Whose a request is, and of which clusters it may tell (all where absent). */
export type AccessGrant = Pick<Credential, 'name' | 'clusters'>;

export interface Access {
  /** Requests need credentials. */
  readonly authenticates: boolean;
  /** For Fastify; absent where there is no TLS. */
  readonly https: ServerOptions | undefined;
  /** To be called before routes are added. `onRefused` is told of each refusal, by the route as it was registered. */
  guard(fastify: FastifyInstance, onRefused?: (route: string | undefined, code: number) => void): void;
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
  const { WINNOW_AUTH_FILE: authFile, WINNOW_TLS_CLIENT_CA_FILE: clientCa } = config;
  const failing = (error: unknown) => onReloadFailure?.(error);
  let instance: FastifyInstance | undefined;
  let tellRefused: Parameters<Access['guard']>[1];
  const credentials =
    authFile === undefined
      ? undefined
      : createReloading({
          files: [authFile],
          read: () => naming(authFile, () => readCredentials(readFileSync(authFile, 'utf8'))),
          onFailure: failing,
        });
  const tls =
    tlsFiles(config).length === 0
      ? undefined
      : createReloading({
          files: tlsFiles(config),
          read: () => naming(tlsFiles(config).join(', '), () => readTls(config)),
          onChange: (material) => instance && replaceTls(instance.server, material),
          onFailure: failing,
        });
  const grants = new WeakMap<FastifyRequest, Credential>();
  const refusals = new Map<number, number>();

  async function ask(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    const { method, routeOptions } = request;
    const needed = scopeOf(method, routeOptions.url);
    if (!credentials || needed === undefined || open.includes(bare(routeOptions.url))) return undefined;
    const shown = {
      authorization: request.headers.authorization,
      certificate: certificateOf(request.socket),
    };
    const credential = credentials.current(shown);
    if (credential && allows(credential.may, needed)) {
      grants.set(request, credential);
      return undefined;
    }
    const code = credential ? 403 : 401;
    refusals.set(code, (refusals.get(code) ?? 0) + 1);
    tellRefused?.(routeOptions.url, code);
    return credential ? forbid(reply, credential.name, needed) : challenge(reply);
  }

  return {
    authenticates: credentials !== undefined || clientCa !== undefined,
    https: tls && {
      ...tls.current,
      // Where there are credentials a certificate is one way to show who one is; else it is the only one.
      ...(clientCa && { requestCert: true, rejectUnauthorized: credentials === undefined }),
    },
    guard(fastify, onRefused) {
      instance = fastify;
      tellRefused = onRefused;
      fastify.addHook('onRequest', ask);
    },
    grantOf: (request) => grants.get(request),
    readMetrics: () => familiesOf(refusals, [credentials, tls]),
    look() {
      credentials?.look();
      tls?.look();
    },
    stop() {
      credentials?.stop();
      tls?.stop();
    },
  };
}

const bare = (route: string | undefined): string => (route ?? '').replace(/^\/clusters\/:cluster/, '');

function naming<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function challenge(reply: FastifyReply): FastifyReply {
  reply.header('www-authenticate', 'Bearer realm="winnow", Basic realm="winnow", charset="UTF-8"');
  return send(
    reply,
    401,
    'Not authenticated',
    'Send Authorization: Bearer … or Basic … as the file in WINNOW_AUTH_FILE has it.',
  );
}

function forbid(reply: FastifyReply, name: string, needed: string): FastifyReply {
  return send(
    reply,
    403,
    'Not allowed',
    `${name} may not do this: its credentials need ${JSON.stringify(needed)} in "may".`,
  );
}

function send(reply: FastifyReply, status: number, title: string, detail: string): FastifyReply {
  const body = { type: 'about:blank', title, status, detail };
  reply.code(status).header('content-type', 'application/problem+json');
  return reply.send(Buffer.from(JSON.stringify(body)));
}

function familiesOf(
  refusals: ReadonlyMap<number, number>,
  files: readonly (Reloading<unknown> | undefined)[],
): MetricFamily[] {
  return [
    {
      name: 'winnow_access_refused_total',
      type: 'counter',
      help: 'Requests without credentials that are known (401), or whose credentials do not allow them (403).',
      samples: [...refusals].map(([code, value]) => ({ labels: { code }, value })),
    },
    {
      name: 'winnow_access_reload_failures_total',
      type: 'counter',
      help: 'Changed files of credentials or certificates that could not be read: the former ones are in force.',
      samples: [{ labels: {}, value: files.reduce((sum, each) => sum + (each?.failures ?? 0), 0) }],
    },
  ];
}
