// POST /api/v1/incidents/{id}/acknowledge, /close, /confirm: what a person does goes into the log, and the flow decides what comes of it.
import { type OperatorItem, readOperatorAct } from '@winnow/contracts';
import { redactJson } from '@winnow/redaction';
import { LogUnavailable } from '@winnow/stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { survivorOf } from './core/survivor.ts';
import type { View } from './core/view.ts';
import type { Entry } from './core.ts';
import type { IncidentSource } from './incident-source.ts';
import type { OperatorLog } from './operator-log.ts';
import { isOfAnotherSite, takeOptionalBodies } from './optional-body.ts';
import { sendProblem } from './problem.ts';

export interface IncidentActs {
  sources(): readonly IncidentSource[];
  readonly viewOf: (request: FastifyRequest) => View;
  readonly operators: Pick<OperatorLog, 'append'>;
  /** Who does it, where the body does not say: the name of the credentials, as in `on-call`. */
  readonly actorOf?: ((request: FastifyRequest) => string | undefined) | undefined;
}

const acts = ['acknowledge', 'close', 'confirm'] as const;
type Act = (typeof acts)[number];

export function registerIncidentActs(fastify: FastifyInstance, deps: IncidentActs): void {
  fastify.register(async (scope) => {
    takeOptionalBodies(scope);
    for (const act of acts) {
      scope.post<{ Params: { id: string } }>(`/api/v1/incidents/:id/${act}`, (request, reply) =>
        isOfAnotherSite(request)
          ? sendProblem(reply, 403, 'a page of another site may not do this')
          : take(deps, act, request, reply),
      );
    }
  });
}

async function take(
  deps: IncidentActs,
  act: Act,
  request: FastifyRequest<{ Params: { id: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { id } = request.params;
  const found = find(deps.sources(), id);
  // One that may not be seen is not there.
  if (!found || !deps.viewOf(request).sees(found.entry.incident))
    return sendProblem(reply, 404, `there is no incident ${id}`);
  const { source, entry } = found;
  if (source.model.example) return sendProblem(reply, 409, `${id} is of the bundled example, which nobody can change`);
  const survivor = survivorOf(source.model, entry);
  if (survivor !== id)
    return reply
      .code(308)
      .header('location', `/api/v1/incidents/${encodeURIComponent(survivor)}/${act}`)
      .send();
  const item = readAct(act, id, request.body ?? {}, deps.actorOf?.(request));
  if (typeof item === 'string') return sendProblem(reply, 400, item);
  return append(deps, item, entry, reply);
}

function find(sources: readonly IncidentSource[], id: string) {
  for (const source of sources) {
    const entry = source.model.get(id);
    if (entry) return { source, entry };
  }
  return undefined;
}

/** The act, else what of the body is wrong. */
function readAct(act: Act, incident: string, body: unknown, actor: string | undefined): OperatorItem | string {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'body: expected an object';
  const item = readOperatorAct(redactJson({ ...(actor && { actor }), ...body, act, incident }), { at: '', place: '' });
  return item.type === 'operator' ? item : `${item.place}: expected ${item.expected}, found ${item.found}`;
}

/** Answered when it is durable. */
async function append(
  { operators }: IncidentActs,
  item: OperatorItem,
  { incident: { id, tenant, cluster } }: Entry,
  reply: FastifyReply,
): Promise<FastifyReply> {
  try {
    await operators.append([item], { tenant, cluster });
  } catch (error) {
    if (!(error instanceof LogUnavailable)) throw error;
    return sendProblem(reply.header('retry-after', 5), 503, `the log cannot be written: ${error.message}`);
  }
  return reply.send({ incident: id, act: item.act });
}
