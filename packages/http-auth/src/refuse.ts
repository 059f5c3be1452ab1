// What those are told who may not: RFC 9457 problems.
import type { FastifyReply } from 'fastify';

export function refuseUnknown(reply: FastifyReply): FastifyReply {
  reply.header('www-authenticate', 'Bearer realm="winnow", Basic realm="winnow", charset="UTF-8"');
  const detail = 'Send Authorization: Bearer … or Basic … as the file in WINNOW_AUTH_FILE has it.';
  return send(reply, 401, 'Not authenticated', detail);
}

export function refuseScope(reply: FastifyReply, name: string, needed: string): FastifyReply {
  const detail = `${name} may not do this: its credentials need ${JSON.stringify(needed)} in "may".`;
  return send(reply, 403, 'Not allowed', detail);
}

export function refuseSite(reply: FastifyReply): FastifyReply {
  return send(reply, 403, 'Not allowed', 'A page of another site may not do this.');
}

function send(reply: FastifyReply, status: number, title: string, detail: string): FastifyReply {
  const body = { type: 'about:blank', title, status, detail };
  reply.code(status).header('content-type', 'application/problem+json');
  // As bytes: to a text Fastify would add a charset, which the media type does not have.
  return reply.send(Buffer.from(JSON.stringify(body)));
}
