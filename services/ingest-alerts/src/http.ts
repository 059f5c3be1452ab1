// The HTTP side of the intake: a request is durable in the log before it is answered with 200.
import type { Envelope, Source } from '@winnow/contracts';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type Dialect,
  notGranted,
  overBudget,
  type Refusal,
  refusalOf,
  sendRefusal,
  tooFast,
  unreadable,
  unsigned,
} from './answers.ts';
import { collectBody } from './collect-body.ts';
import type { Note } from './core/notes.ts';
import { type EnvelopeHead, envelopesOf, type Unstamped } from './envelopes.ts';
import { holdBack, type IntakeLimits, refuseUnread } from './hold-back.ts';
import type { IntakeFigures } from './intake-figures.ts';
import { isSigned } from './pagerduty-signature.ts';
import { type BodyReading, readBody } from './read-body.ts';
import type { IntakeRoute } from './routes.ts';
import type { SeenClusters } from './seen-clusters.ts';
import { senderOf } from './sender.ts';
import { limitFormat, type SenderGrant, sendingCluster, tenantOf } from './sending-cluster.ts';

export interface IntakeDeps extends EnvelopeHead {
  /** For items that name no cluster. */
  readonly cluster: string;
  /** The label that names an alert's cluster. */
  readonly clusterLabel?: string;
  /** Resolves when all are durable. @throws LogUnavailable */
  readonly append: (envelopes: readonly Envelope[]) => Promise<void>;
  readonly routes: readonly IntakeRoute[];
  readonly takers?: readonly BodyTaker[];
  /** RFC 3339; see clock.ts. */
  readonly now: () => string;
  readonly seen: SeenClusters;
  /** Says when the sender has to wait: for how many seconds. */
  readonly pressure?: () => { readonly retryAfter: number } | undefined;
  /** The budgets of the clusters; without it all is taken. */
  readonly limits?: IntakeLimits;
  /** Counts an answer other than 2xx. */
  readonly refused?: (source: Source, code: number) => void;
  readonly figures?: IntakeFigures;
  /** Told of what is no item. */
  readonly onNote?: (source: Source, note: Note) => void;
  /** Where set, PagerDuty's requests must be signed with one of them. */
  readonly pagerdutySecrets?: readonly string[];
  /** What the credentials of a request allow; everything where nobody asks for credentials. */
  readonly grantOf?: (request: FastifyRequest) => SenderGrant | undefined;
}

/** A route whose bodies are no list of items: bounded, pushed back and refused as all others; what it makes of them is its own. */
export interface BodyTaker {
  readonly path: string;
  readonly source: Source;
  /** @throws SyntaxError where the body cannot be read. */
  take(
    body: Uint8Array,
    request: {
      readonly contentType: string;
      readonly cluster: string;
      /** The clusters that the sender may tell of, as patterns; all where absent. */
      readonly granted?: readonly string[];
      /** Whose the sender's data are; the installation's own where absent. */
      readonly tenant?: string;
    },
  ): Promise<{ readonly contentType: string; readonly body: Uint8Array }>;
}

/** Adds the routes, each also below `/clusters/{name}`: what is sent there and names no cluster is that one's, as with `?cluster={name}`. */
export function registerAlertIntake(fastify: FastifyInstance, deps: IntakeDeps): void {
  // In a scope of its own, so that the body parser is nobody else's.
  fastify.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', ({ headers }, payload, done) =>
      collectBody(payload, headers['content-encoding'], done),
    );
    for (const { path, source, ...route } of [...deps.routes, ...(deps.takers ?? [])])
      addRoutes(
        scope,
        deps,
        source,
        path,
        'take' in route ? handTo(route) : takeItems(deps, { path, source, ...route }),
      );
    scope.options('/webhooks/cloudevents', allowOrigin);
  });
}

interface Posted {
  readonly body: Buffer;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Of what names none. */
  readonly cluster: string;
  readonly grant: SenderGrant | undefined;
  readonly refuse: (refusal: Refusal) => FastifyReply;
}
type Handle = (posted: Posted) => Promise<FastifyReply>;

function takeItems(deps: IntakeDeps, { source, format, signed }: IntakeRoute): Handle {
  return async ({ body, request, reply, cluster, grant, refuse }) => {
    if (signed && !mayPass(request, body, deps)) return refuse(unsigned);
    const arrival = { source, cluster, at: deps.now(), headers: request.headers, ...labelOf(deps) };
    const limited = limitFormat(format, grant, { cluster, label: deps.clusterLabel });
    const reading = await readBody(body, limited.format, arrival);
    const head = { instance: deps.instance, tenant: tenantOf(grant) ?? deps.tenant };
    const { sources, held } = holdBack(reading, head.tenant, deps.limits);
    const envelopes = [...sources].flatMap(([of, clusters]) =>
      envelopesOf(head, of, clusters, {
        sender: senderOf(request, { source: of, clusters, name: grant?.name }),
        refused: deps.limits?.refused,
      }),
    );
    await appendAll(deps, envelopes, body.length);
    noteAll(deps, source, reading, envelopes, arrival.at);
    if (held.length > 0) return refuse(overBudget(held, [...limited.refused, ...reading.problems]));
    if (limited.refused.length > 0) return refuse(notGranted([...limited.refused, ...reading.problems]));
    if (reading.problems.length > 0) return refuse(unreadable(reading.problems));
    const ignored = envelopes.length === 0 && reading.notes.some(({ kind }) => kind === 'ignored');
    return reply.code(ignored ? 202 : 200).send();
  };
}

function handTo({ take }: Pick<BodyTaker, 'take'>): Handle {
  return async ({ body, request, reply, cluster, grant }) => {
    const tenant = tenantOf(grant);
    const granted = { ...(grant?.clusters && { granted: grant.clusters }), ...(tenant !== undefined && { tenant }) };
    const answer = await take(body, { contentType: request.headers['content-type'] ?? '', cluster, ...granted });
    return reply.code(200).header('content-type', answer.contentType).send(Buffer.from(answer.body));
  };
}

function addRoutes(scope: FastifyInstance, deps: IntakeDeps, source: Source, path: string, handle: Handle): void {
  const dialect: Dialect = path.startsWith('/api/v2/') ? 'alertmanager' : 'problem';
  const refuse = (reply: FastifyReply, refusal: Refusal) => {
    deps.refused?.(source, refusal.status);
    return sendRefusal(reply, refusal, dialect);
  };
  const options = {
    onRequest: async (request: FastifyRequest, reply: FastifyReply) => {
      const pressed = deps.pressure?.();
      if (pressed) return refuse(reply, { ...tooFast, retryAfter: pressed.retryAfter });
      const grant = deps.grantOf?.(request);
      const tenant = tenantOf(grant) ?? deps.tenant;
      const unread = refuseUnread({ source, tenant, grant, named: clusterNamed(request) }, deps.limits);
      if (unread) return refuse(reply, unread);
    },
    errorHandler: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply) => {
      const refusal = refusalOf(error);
      if (!refusal) throw error;
      return refuse(reply, refusal);
    },
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const grant = deps.grantOf?.(request);
      const cluster = sendingCluster({ named: clusterNamed(request), fallback: deps.cluster, grant });
      if (typeof cluster !== 'string') return refuse(reply, cluster);
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      return handle({ body, request, reply, cluster, grant, refuse: (refusal) => refuse(reply, refusal) });
    },
  };
  scope.post(path, options);
  scope.post(`/clusters/:cluster${path}`, options);
}

/** The path says it for senders that can set no more of a URL than a prefix, as Prometheus. */
function clusterNamed({ params, query }: FastifyRequest): string | undefined {
  const { cluster } = { ...(query as object), ...(params as object) } as { readonly cluster?: unknown };
  return typeof cluster === 'string' && cluster !== '' ? cluster : undefined;
}

const labelOf = ({ clusterLabel }: IntakeDeps) => (clusterLabel === undefined ? {} : { clusterLabel });

/** Bodies above this are appended an envelope at a time: the log writes each as JSON on this thread. */
const AT_ONCE = 256 * 1024;

async function appendAll(deps: IntakeDeps, envelopes: readonly Unstamped[], size: number): Promise<void> {
  for (const { cluster, tenant } of envelopes) deps.seen.add(cluster, tenant === deps.tenant ? undefined : tenant);
  const groups = size <= AT_ONCE ? [envelopes] : envelopes.map((envelope) => [envelope]);
  for (const group of groups) {
    if (group.length === 0) continue;
    const at = deps.now();
    await deps.append(group.map((envelope) => ({ ...envelope, at })));
  }
}

function noteAll(
  { figures, onNote }: IntakeDeps,
  source: Source,
  { notes }: BodyReading,
  envelopes: readonly Unstamped[],
  at: string,
): void {
  for (const { items } of envelopes) figures?.arrived(source, items, at);
  for (const note of notes) {
    figures?.noted(source, note);
    onNote?.(source, note);
  }
}

function mayPass({ headers }: FastifyRequest, body: Buffer, { pagerdutySecrets }: IntakeDeps): boolean {
  return !pagerdutySecrets || isSigned(body, headers['x-pagerduty-signature']?.toString(), pagerdutySecrets);
}

/** A sender of CloudEvents may ask whether it may send at all: https://github.com/cloudevents/spec, HTTP 1.1 web hooks. */
async function allowOrigin({ headers }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const origin = headers['webhook-request-origin'];
  reply.header('allow', 'POST');
  if (origin !== undefined) reply.headers({ 'webhook-allowed-origin': origin, 'webhook-allowed-rate': '*' });
  return reply.code(200).send();
}
