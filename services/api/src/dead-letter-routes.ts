// GET /api/v1/dead-letters and /{id}: what could not be processed, and what can be done about it. POST /{id}/replay: it arrives again, now.
import { type DeadLetter, deadLetterRemedies } from '@winnow/contracts';
import { redactText } from '@winnow/redaction';
import { LogUnavailable, replayableFrom } from '@winnow/stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { DeadLetterEntry, DeadLetterHead, DeadLetterIndex } from './core/dead-letter-index.ts';
import { pageOfDeadLetters, readDeadLetterQuery } from './core/dead-letter-query.ts';
import type { DeadLetterWriter, ReplayAnswer } from './dead-letter-writer.ts';
import { isOfAnotherSite, takeOptionalBodies } from './optional-body.ts';
import { sendProblem } from './problem.ts';

export interface DeadLetterRoutes {
  readonly deadLetters: DeadLetterIndex;
  readonly deadLetterWriter: DeadLetterWriter;
  /** Whether whoever asks may see what is of this tenant and cluster; everybody may see all where absent. */
  readonly mayRead?: ((request: FastifyRequest, of: Pick<DeadLetter, 'tenant' | 'cluster'>) => boolean) | undefined;
  /** Who asks, where the body does not say. */
  readonly actorOf?: ((request: FastifyRequest) => string | undefined) | undefined;
}

export function registerDeadLetterRoutes(fastify: FastifyInstance, deps: DeadLetterRoutes): void {
  const { deadLetters, deadLetterWriter, mayRead = () => true } = deps;

  function find(request: FastifyRequest): DeadLetterEntry | undefined {
    const entry = deadLetters.get((request.params as { readonly id: string }).id);
    return entry && mayRead(request, entry.letter) ? entry : undefined;
  }

  fastify.get('/api/v1/dead-letters', (request, reply) => {
    const query = readDeadLetterQuery(request.query as Record<string, string | string[]>);
    if ('parameter' in query) return sendProblem(reply, 400, `${query.parameter}: expected ${query.expected}`);
    const letters = [...deadLetters.entries()].map(({ letter }) => letter).filter((each) => mayRead(request, each));
    const { page, nextCursor } = pageOfDeadLetters(letters, query);
    return reply.send({ deadLetters: page.map(withRemedy), ...(nextCursor !== undefined && { nextCursor }) });
  });

  fastify.get('/api/v1/dead-letters/:id', async (request, reply) => {
    const entry = find(request);
    const letter = entry && (await deadLetterWriter.read(entry));
    return letter ? reply.send(withRemedy(letter)) : sendUnknown(request, reply);
  });

  fastify.register(async (scope) => {
    takeOptionalBodies(scope);
    scope.post('/api/v1/dead-letters/:id/replay', async (request, reply) => {
      if (isOfAnotherSite(request)) return sendProblem(reply, 403, 'a page of another site may not do this');
      const entry = find(request);
      if (!entry) return sendUnknown(request, reply);
      const asked = readReplay(request.body ?? {});
      if (typeof asked === 'string') return sendProblem(reply, 400, asked);
      const by = asked.actor === undefined ? deps.actorOf?.(request) : redactText(asked.actor);
      return replay(deadLetterWriter, entry.letter.id, { again: asked.again ?? false, by }, reply);
    });
  });
}

/** With what can be done about it, and why it cannot be replayed where it cannot. */
function withRemedy<T extends DeadLetterHead>(letter: T) {
  const place = replayableFrom(letter as DeadLetter);
  return {
    ...letter,
    remedy: deadLetterRemedies[letter.code] ?? '',
    replayable: !('reason' in place),
    ...('reason' in place && { notReplayable: place.reason }),
  };
}

interface Asked {
  readonly again?: boolean;
  readonly actor?: string;
}

function readReplay(body: unknown): Asked | string {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'body: expected an object';
  const { again, actor } = body as Readonly<Record<string, unknown>>;
  if (again !== undefined && typeof again !== 'boolean') return 'again: expected true or false';
  if (actor !== undefined && (typeof actor !== 'string' || actor.length > 200))
    return 'actor: expected a text of at most 200 characters';
  return { ...(again !== undefined && { again }), ...(actor !== undefined && { actor }) };
}

const statuses = { unknown: 404, replayed: 409, impossible: 422 } as const;

async function replay(
  writer: DeadLetterWriter,
  id: string,
  how: { readonly again: boolean; readonly by: string | undefined },
  reply: FastifyReply,
): Promise<FastifyReply> {
  let answer: ReplayAnswer;
  try {
    answer = await writer.replay(id, how);
  } catch (error) {
    if (!(error instanceof LogUnavailable)) throw error;
    return sendProblem(reply.header('retry-after', 5), 503, `the log cannot be written: ${error.message}`);
  }
  if (!('refused' in answer)) return reply.send({ deadLetter: id, ...answer });
  const hint = answer.refused === 'replayed' ? ' (again: true)' : '';
  return sendProblem(reply, statuses[answer.refused], `${id}: ${answer.reason}${hint}`);
}

function sendUnknown(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblem(reply, 404, `there is no dead letter ${(request.params as { readonly id: string }).id}`);
}
