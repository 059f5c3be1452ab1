// How a request is refused: RFC 9457 problems, and on Alertmanager's own path the plain JSON string that its clients know.
import type { Problem } from '@winnow/contracts';
import { LogUnavailable } from '@winnow/stream';
import type { FastifyError, FastifyReply } from 'fastify';
import { BODY_LIMIT, BodyDamaged, BodyTooLarge, ENCODINGS, EncodingUnknown } from './collect-body.ts';
import type { Held } from './held-figures.ts';

export interface Refusal {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** Elements and fields that could not be read; everything else of the request was taken. */
  readonly problems?: readonly Problem[];
  /** Seconds. */
  readonly retryAfter?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Dialect = 'problem' | 'alertmanager';

/** At most this many elements are named in an answer; the detail says how many there are. */
const NAMED = 20;

export function sendRefusal(reply: FastifyReply, refusal: Refusal, dialect: Dialect): FastifyReply {
  reply.code(refusal.status).headers(refusal.headers ?? {});
  if (refusal.retryAfter !== undefined) reply.header('retry-after', Math.max(1, Math.ceil(refusal.retryAfter)));
  const plain = dialect === 'alertmanager' && refusal.status !== 413;
  const body = plain ? `${refusal.title}: ${refusal.detail}` : problemOf(refusal);
  // As bytes: to a text Fastify would add a charset, which neither media type has.
  reply.header('content-type', plain ? 'application/json' : 'application/problem+json');
  return reply.send(Buffer.from(JSON.stringify(body)));
}

function problemOf({ status, title, detail, problems }: Refusal): object {
  return { type: 'about:blank', title, status, detail, ...(problems && { errors: problems.slice(0, NAMED) }) };
}

/** `[3].labels.alertname: expected a text, found nothing; …` */
export function describeProblems(problems: readonly Problem[]): string {
  const named = problems
    .slice(0, NAMED)
    .map(({ place, expected, found }) => `${place}: expected ${expected}, found ${found}`);
  const more = problems.length > NAMED ? [`and ${problems.length - NAMED} more`] : [];
  return [...named, ...more].join('; ');
}

export const tooFast: Refusal = {
  status: 429,
  title: 'Too many requests',
  detail: 'Winnow is behind; nothing of this request was taken. Send it again after the time in Retry-After.',
};

/** Some clusters of a request are over their budgets. */
export function overBudget(held: readonly Held[], problems: readonly Problem[]): Refusal {
  const named = held.slice(0, NAMED).map(({ cluster, count, of }) => {
    return `${count} of the ${of} items of cluster ${JSON.stringify(cluster.slice(0, 100))}`;
  });
  const more = held.length > NAMED ? [`those of ${held.length - NAMED} more clusters`] : [];
  const unread = problems.length > 0 ? ` ${unreadable(problems).title}: ${describeProblems(problems)}.` : '';
  return {
    status: 429,
    title: 'Over the rate of a cluster',
    detail: `not taken: ${[...named, ...more].join(', ')}. All else was taken. Send it again after the time in Retry-After.${unread}`,
    retryAfter: Math.max(...held.map(({ retryAfter }) => retryAfter)),
    ...(problems.length > 0 && { problems }),
  };
}

export function clusterSpent(cluster: string, retryAfter: number): Refusal {
  const detail = `cluster ${JSON.stringify(cluster.slice(0, 100))} is over its rate; nothing of this request was taken. Send it again after the time in Retry-After.`;
  return { status: 429, title: 'Over the rate of a cluster', detail, retryAfter };
}

export const unsigned: Refusal = {
  status: 401,
  title: 'Not signed',
  detail: 'X-PagerDuty-Signature holds no v1 signature made with a secret in WINNOW_PAGERDUTY_SECRET.',
};

export function badCluster(found: string, expected: string): Refusal {
  const detail = `cluster: expected ${expected}, found a text of ${found.length} characters. Nothing of it was taken.`;
  return { status: 400, title: 'The cluster cannot be read', detail };
}

export function clusterForbidden(clusters: readonly string[], granted: readonly string[]): Refusal {
  const named = clusters.slice(0, NAMED).map((each) => JSON.stringify(each.slice(0, 100)));
  const detail = `this sender may tell of ${granted.join(', ')} only, not of ${named.join(', ')}. Nothing of it was taken.`;
  return { status: 403, title: 'Not for this cluster', detail };
}

/** Some elements are of clusters that the sender may not tell of; what could not be read besides stands among them. */
export function notGranted(problems: readonly Problem[]): Refusal {
  const detail = `${describeProblems(problems)}. All other elements were taken.`;
  return { status: 403, title: 'Not for these clusters', detail, problems };
}

export function unreadable(problems: readonly Problem[]): Refusal {
  const detail = `${describeProblems(problems)}. All other elements were taken.`;
  return { status: 400, title: 'Some elements cannot be read', detail, problems };
}

/** Undefined for what is a fault of Winnow's own. */
export function refusalOf(error: FastifyError): Refusal | undefined {
  if (error instanceof SyntaxError) {
    return { status: 400, title: 'The body is not JSON', detail: `${error.message}. Nothing of it was taken.` };
  }
  if (error instanceof BodyTooLarge) {
    const detail = `The body is over ${BODY_LIMIT} bytes (10 MiB). Send fewer elements in one request.`;
    return { status: 413, title: 'The body is too large', detail };
  }
  if (error instanceof BodyDamaged) {
    const detail = `It is not compressed as Content-Encoding says: ${error.message}. Nothing of it was taken.`;
    return { status: 400, title: 'The body cannot be decompressed', detail };
  }
  if (error instanceof EncodingUnknown) {
    const detail = `Content-Encoding takes ${ENCODINGS}, not ${JSON.stringify(error.message.slice(0, 60))}.`;
    return { status: 415, title: 'Unknown encoding', detail, headers: { 'accept-encoding': ENCODINGS } };
  }
  if (error instanceof LogUnavailable) {
    return { status: 503, title: 'The log cannot be written', detail: error.message, retryAfter: 5 };
  }
  const { statusCode = 500, message } = error;
  return statusCode < 500 ? { status: statusCode, title: 'The request cannot be read', detail: message } : undefined;
}
