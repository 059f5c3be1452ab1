// Asks of each request whose it is and whether it may, before anything of it is read.
import type { MetricFamily } from '@winnow/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Credential, Credentials } from './credentials.ts';
import { refuseScope, refuseSite, refuseUnknown } from './refuse.ts';
import { allows, scopeOf } from './scopes.ts';
import { certificateOf } from './tls.ts';

export interface GuardDeps {
  /** Those of this moment; undefined where nobody is asked. */
  credentials(): Credentials | undefined;
  /** Routes that see to it themselves, as by a signature. */
  readonly open: readonly string[];
}

/** By the route as it was registered; undefined where there is none. */
export type OnRefused = (route: string | undefined, code: number) => void;

export interface Guard {
  /** A hook of Fastify. */
  ask(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined>;
  onRefused(listener: OnRefused): void;
  grantOf(request: FastifyRequest): Credential | undefined;
  family(): MetricFamily;
}

export function createGuard({ credentials, open }: GuardDeps): Guard {
  const grants = new WeakMap<FastifyRequest, Credential>();
  const refusals = new Map<number, number>();
  let listener: OnRefused | undefined;

  async function ask(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    const { method, routeOptions, headers } = request;
    if (isOfAnotherSite(request)) return count(request, refuseSite(reply));
    const needed = scopeOf(method, routeOptions.url);
    const identify = credentials();
    if (!identify || needed === undefined || open.includes(bare(routeOptions.url))) return undefined;
    const credential = identify({
      authorization: headers.authorization,
      certificate: certificateOf(request.socket),
    });
    if (!credential) return count(request, refuseUnknown(reply));
    if (!allows(credential, needed)) return count(request, refuseScope(reply, credential.name, needed));
    grants.set(request, credential);
    return undefined;
  }

  function count({ routeOptions }: FastifyRequest, reply: FastifyReply): FastifyReply {
    refusals.set(reply.statusCode, (refusals.get(reply.statusCode) ?? 0) + 1);
    listener?.(routeOptions.url, reply.statusCode);
    return reply;
  }

  return {
    ask,
    onRefused(each) {
      listener = each;
    },
    grantOf: (request) => grants.get(request),
    family: () => ({
      name: 'winnow_access_refused_total',
      type: 'counter',
      help: 'Requests without known credentials (401), or that these do not allow, or of a page of another site (403).',
      samples: [...refusals].map(([code, value]) => ({ labels: { code }, value })),
    }),
  };
}

/** A browser says where a request comes from: a page that somebody visits must not post to what listens on their machine. */
function isOfAnotherSite({ method, headers: { origin, host } }: FastifyRequest): boolean {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || origin === undefined) return false;
  return URL.parse(origin)?.host !== host;
}

const bare = (route: string | undefined): string => (route ?? '').replace(/^\/clusters\/:cluster/, '');
