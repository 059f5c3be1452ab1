// How Alertmanager's API says what is wrong: a JSON string, which its clients print; an object where the request does not fit the schema.
import { LogUnavailable } from '@winnow/stream';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** @param code stands in an object with the message, where given. */
export function sendFault(reply: FastifyReply, status: number, message: string, code?: number): FastifyReply {
  reply.code(status).header('content-type', 'application/json');
  // As bytes: to a text Fastify would add a charset, which Alertmanager's answers do not have.
  return reply.send(Buffer.from(`${JSON.stringify(code === undefined ? message : { code, message })}\n`));
}

/** What a route threw, or what Fastify refused before it was asked. */
export function handleFault(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof LogUnavailable) {
    reply.header('retry-after', 5);
    return sendFault(reply, 503, `the log cannot be written: ${error.message}`);
  }
  const { statusCode = 500, message = '' } = error as { statusCode?: number; message?: string };
  if (statusCode < 500) return sendFault(reply, statusCode, message, statusCode);
  request.log.error(error);
  return sendFault(reply, 500, 'Winnow failed to answer this request; its log says why');
}
