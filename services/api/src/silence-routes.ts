// Silences over HTTP, as Alertmanager's API v2 has them.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Query, readFilters } from './core/alert-query.ts';
import { readSilence, type SilenceRefusal } from './core/read-silence.ts';
import { compareSilences, isAbout, type SilenceIndex, toGettableSilence } from './core/silence-index.ts';
import type { View } from './core/view.ts';
import { handleFault, sendFault } from './fault.ts';
import type { SilenceWriter } from './silence-writer.ts';

export interface SilenceRoutes {
  readonly silences: SilenceIndex;
  /** Absent where this side only reads. */
  readonly silenceWriter?: SilenceWriter | undefined;
  /** Milliseconds since the epoch. */
  now(): number;
  readonly viewOf: (request: FastifyRequest) => View;
}

/** Bytes of a silence's body: far above what anybody writes by hand. */
const BODY_LIMIT = 64 * 1024;

export function registerSilenceRoutes(
  fastify: FastifyInstance,
  { silences, silenceWriter, now, viewOf }: SilenceRoutes,
): void {
  fastify.get('/api/v2/silences', async (request, reply) => {
    const filters = readFilters(request.query as Query);
    if (typeof filters === 'string') return sendFault(reply, 400, filters);
    const own = silences.list(now()).filter(viewOf(request).ownsSilence);
    const found = own.filter((silence) => isAbout(silence, filters));
    return found.map((silence) => toGettableSilence(silence, now())).sort(compareSilences);
  });

  fastify.get('/api/v2/silence/:id', async (request, reply) => {
    const { id } = request.params as { readonly id: string };
    const silence = silences.get(id);
    const isOwn = silence !== undefined && viewOf(request).ownsSilence(silence);
    return isOwn ? toGettableSilence(silence, now()) : refuseUnknown(reply, id);
  });

  if (silenceWriter) fastify.register(async (scope) => registerChanges(scope, { silences, silenceWriter, viewOf }));
}

interface Changes {
  readonly silences: SilenceIndex;
  readonly silenceWriter: SilenceWriter;
  readonly viewOf: SilenceRoutes['viewOf'];
}

function registerChanges(scope: FastifyInstance, { silences, silenceWriter, viewOf }: Changes): void {
  scope.setErrorHandler(handleFault);
  // JSON is the one form that a silence comes in.
  scope.removeContentTypeParser('text/plain');

  scope.delete('/api/v2/silence/:id', async (request, reply) => {
    const { id } = request.params as { readonly id: string };
    const view = viewOf(request);
    const silence = silences.get(id);
    if (!silence || !view.ownsSilence(silence)) return refuseUnknown(reply, id);
    const refusal = await silenceWriter.expire(id, view);
    return refusal ? refuse(reply, refusal) : reply.code(200).send();
  });

  scope.post('/api/v2/silences', { bodyLimit: BODY_LIMIT }, async (request, reply) => {
    const posted = readSilence(request.body);
    if ('status' in posted) return refuse(reply, posted);
    const answer = await silenceWriter.put(posted, viewOf(request));
    return typeof answer === 'string' ? { silenceID: answer } : refuse(reply, answer);
  });
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function refuseUnknown(reply: FastifyReply, id: string): FastifyReply {
  if (uuid.test(id)) return reply.code(404).send();
  return sendFault(reply, 422, `silenceID in path must be of type uuid: ${JSON.stringify(id)}`, 601);
}

const refuse = (reply: FastifyReply, { status, message, code }: SilenceRefusal) =>
  sendFault(reply, status, message, code);
