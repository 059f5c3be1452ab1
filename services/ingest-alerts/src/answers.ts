// How a request is refused: RFC 9457 problems, and on Alertmanager's own path the plain JSON string that its clients know.
import type { Problem } from '@winnow/contracts';
import type { FastifyReply } from 'fastify';

export interface Refusal {
  readonly status: 400 | 401 | 413 | 429 | 503;
  readonly title: string;
  readonly detail: string;
  /** Elements and fields that could not be read; everything else of the request was taken. */
  readonly problems?: readonly Problem[];
  /** Seconds. */
  readonly retryAfter?: number;
}

/** At most this many elements are named in an answer; the detail says how many there are. */
const NAMED = 20;

export function sendRefusal(reply: FastifyReply, refusal: Refusal, dialect: 'problem' | 'alertmanager'): FastifyReply {
  reply.code(refusal.status);
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
