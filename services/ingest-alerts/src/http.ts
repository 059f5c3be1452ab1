// The HTTP side of the intake: a request is durable in the log before it is answered with 200.
import type { Envelope, Source } from '@winnow/contracts';
import { LogUnavailable } from '@winnow/stream';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { describeProblems, type Refusal, sendRefusal } from './answers.ts';
import { BODY_LIMIT, BodyTooLarge, collectBody } from './collect-body.ts';
import { type EnvelopeHead, envelopesOf, type Unstamped } from './envelopes.ts';
import { isSigned } from './pagerduty-signature.ts';
import { type BodyFormat, readBody } from './read-body.ts';
import type { SeenClusters } from './seen-clusters.ts';
import { senderOf } from './sender.ts';

export interface IntakeDeps extends EnvelopeHead {
  /** For items that name no cluster. */
  readonly cluster: string;
  /** Resolves when all are durable. @throws LogUnavailable */
  readonly append: (envelopes: readonly Envelope[]) => Promise<void>;
  readonly formats: Readonly<Partial<Record<IntakeSource, BodyFormat>>>;
  readonly takers?: readonly BodyTaker[];
  /** RFC 3339; see clock.ts. */
  readonly now: () => string;
  readonly seen: SeenClusters;
  /** Says when the sender has to wait: for how many seconds. */
  readonly pressure?: () => { readonly retryAfter: number } | undefined;
  /** Counts an answer other than 200. */
  readonly refused?: (source: Source, code: number) => void;
  /** Where set, PagerDuty's requests must be signed with it. */
  readonly pagerdutySecret?: string;
}

export type IntakeSource =
  | 'alertmanager.alerts'
  | 'alertmanager.webhook'
  | 'pagerduty.webhook'
  | 'audit.event'
  | 'dependency'
  | 'change';

/** A route whose bodies are no list of items: bounded, pushed back and refused as all others; what it makes of them is its own. */
export interface BodyTaker {
  readonly path: string;
  readonly source: Source;
  /** @throws SyntaxError where the body cannot be read. */
  take(
    body: Uint8Array,
    request: { readonly contentType: string; readonly cluster: string },
  ): Promise<{ readonly contentType: string; readonly body: Uint8Array }>;
}

const paths: Readonly<Record<IntakeSource, string>> = {
  'alertmanager.alerts': '/api/v2/alerts',
  'alertmanager.webhook': '/webhooks/alertmanager',
  'pagerduty.webhook': '/webhooks/pagerduty',
  'audit.event': '/webhooks/audit',
  dependency: '/api/v1/dependencies',
  change: '/api/v1/changes',
};

/** Adds a route for each format given. Webhooks may name their cluster in the query: `/webhooks/audit?cluster=prod-eu-1`. */
export function registerAlertIntake(fastify: FastifyInstance, deps: IntakeDeps): void {
  // In a scope of its own, so that the body parser is nobody else's.
  fastify.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => collectBody(payload, done));
    for (const [source, format] of Object.entries(deps.formats) as [IntakeSource, BodyFormat][]) {
      addRoute(scope, deps, source, paths[source], async (body, request, refuse) => {
        if (source === 'pagerduty.webhook' && !mayPass(request.http, body, deps)) return refuse(unsigned);
        const arrival = { cluster: request.cluster, at: deps.now(), headers: request.http.headers };
        const { clusters, problems } = await readBody(body, format, arrival);
        await appendAll(deps, envelopesOf(deps, source, clusters, senderOf(request.http, clusters)), body.length);
        return problems.length > 0 ? refuse(unreadable(problems)) : request.reply.code(200).send();
      });
    }
    for (const { path, source, take } of deps.takers ?? []) {
      addRoute(scope, deps, source, path, async (body, { http, reply, cluster }) => {
        const answer = await take(body, { contentType: http.headers['content-type'] ?? '', cluster });
        return reply.code(200).header('content-type', answer.contentType).send(Buffer.from(answer.body));
      });
    }
  });
}

interface Posted {
  readonly http: FastifyRequest;
  readonly reply: FastifyReply;
  readonly cluster: string;
}
type Handle = (body: Buffer, posted: Posted, refuse: (refusal: Refusal) => FastifyReply) => Promise<FastifyReply>;

function addRoute(scope: FastifyInstance, deps: IntakeDeps, source: Source, path: string, handle: Handle): void {
  const dialect = path.startsWith('/api/v2/') ? 'alertmanager' : 'problem';
  const refuse = (reply: FastifyReply, refusal: Refusal) => {
    deps.refused?.(source, refusal.status);
    return sendRefusal(reply, refusal, dialect);
  };
  scope.post(path, {
    onRequest: async (_request, reply) => {
      const pressed = deps.pressure?.();
      if (pressed) return refuse(reply, { ...tooFast, retryAfter: pressed.retryAfter });
    },
    errorHandler: (error: FastifyError, _request, reply) => {
      const refusal = refusalOf(error);
      if (!refusal) throw error;
      return refuse(reply, refusal);
    },
    handler: async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const posted = { http: request, reply, cluster: clusterOf(request, deps, dialect) };
      return handle(body, posted, (refusal) => refuse(reply, refusal));
    },
  });
}

/** Bodies above this are appended an envelope at a time: the log writes each as JSON on this thread. */
const AT_ONCE = 256 * 1024;

async function appendAll(deps: IntakeDeps, envelopes: readonly Unstamped[], size: number): Promise<void> {
  for (const { cluster } of envelopes) deps.seen.add(cluster);
  const groups = size <= AT_ONCE ? [envelopes] : envelopes.map((envelope) => [envelope]);
  for (const group of groups) {
    if (group.length === 0) continue;
    const at = deps.now();
    await deps.append(group.map((envelope) => ({ ...envelope, at })));
  }
}

function clusterOf(request: FastifyRequest, deps: IntakeDeps, dialect: string): string {
  const { cluster } = request.query as { readonly cluster?: unknown };
  return dialect === 'problem' && typeof cluster === 'string' && cluster !== '' ? cluster : deps.cluster;
}

function mayPass(request: FastifyRequest, body: Buffer, { pagerdutySecret }: IntakeDeps): boolean {
  if (pagerdutySecret === undefined) return true;
  return isSigned(body, request.headers['x-pagerduty-signature']?.toString(), pagerdutySecret);
}

const tooFast = {
  status: 429,
  title: 'Too many requests',
  detail: 'Winnow is behind; nothing of this request was taken. Send it again after the time in Retry-After.',
} as const;

const unsigned = {
  status: 401,
  title: 'Not signed',
  detail: 'X-PagerDuty-Signature holds no v1 signature made with the secret in WINNOW_PAGERDUTY_SECRET.',
} as const;

function unreadable(problems: Refusal['problems'] & object): Refusal {
  const detail = `${describeProblems(problems)}. All other elements were taken.`;
  return { status: 400, title: 'Some elements cannot be read', detail, problems };
}

function refusalOf(error: FastifyError): Refusal | undefined {
  if (error instanceof SyntaxError) {
    return { status: 400, title: 'The body is not JSON', detail: `${error.message}. Nothing of it was taken.` };
  }
  if (error instanceof BodyTooLarge) {
    const detail = `The body is over ${BODY_LIMIT} bytes (10 MiB). Send fewer elements in one request.`;
    return { status: 413, title: 'The body is too large', detail };
  }
  if (error instanceof LogUnavailable) {
    return { status: 503, title: 'The log cannot be written', detail: error.message, retryAfter: 5 };
  }
  return undefined;
}
