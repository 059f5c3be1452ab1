// Requests of people: a short body of JSON, which may be absent whatever its type says, and no page of another site may send one.
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Bytes: what is in it is written by hand. */
const BODY_LIMIT = 64 * 1024;

/** In this scope a body is JSON or absent, whatever its type says; `{}` where it is absent. */
export function takeOptionalBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: BODY_LIMIT }, (_request, body, done) => {
    const parsed = parse(String(body));
    if (parsed instanceof Error) done(parsed);
    else done(null, parsed);
  });
}

function parse(body: string): unknown {
  if (body.trim() === '') return {};
  try {
    return JSON.parse(body);
  } catch (error) {
    const detail = `the body is not JSON: ${error instanceof Error ? error.message : error}`;
    return Object.assign(new Error(detail), { statusCode: 400 });
  }
}

/** A browser says where a request comes from: nobody's page may change what this machine's Winnow tells of. */
export function isOfAnotherSite({ headers: { origin, host } }: FastifyRequest): boolean {
  return origin !== undefined && URL.parse(origin)?.host !== host;
}
