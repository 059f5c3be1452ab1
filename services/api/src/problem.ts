// Errors as RFC 9457 problems.
import type { FastifyReply, FastifyRequest } from 'fastify';

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  404: 'Not found',
  405: 'Method not allowed',
  500: 'Internal error',
  503: 'Not available',
};

/** Answers with a problem. `detail` says what is wrong and what would be right. */
export function sendProblem(reply: FastifyReply, status: number, detail: string): FastifyReply {
  const body = { type: 'about:blank', title: titles[status] ?? 'Error', status, detail };
  reply.code(status).header('content-type', 'application/problem+json');
  // As bytes: to a text Fastify would add a charset, which the media type does not have.
  return reply.send(Buffer.from(JSON.stringify(body)));
}

/** What a route threw. A fault of Winnow's own is logged, and told without its insides. */
export function handleError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { statusCode: status = 500, message = '' } = error as { statusCode?: number; message?: string };
  if (status < 500) return sendProblem(reply, status, message);
  request.log.error(error);
  return sendProblem(reply, 500, 'Winnow failed to answer this request; its log says why');
}

export function handleNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblem(reply, 404, `there is nothing at ${request.method} ${request.url.split('?')[0]}`);
}
