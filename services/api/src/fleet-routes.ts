// GET /api/v1/fleet-incidents and /{id}: incidents of several clusters that have one cause.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { FleetModel } from './core/fleet-model.ts';
import type { View } from './core/view.ts';
import { sendProblem } from './problem.ts';

export interface FleetRoutes {
  readonly fleet: FleetModel;
  readonly viewOf: (request: FastifyRequest) => View;
}

const statuses = ['open', 'resolved'];

export function registerFleetRoutes(fastify: FastifyInstance, { fleet, viewOf }: FleetRoutes): void {
  fastify.get<{ Querystring: { status?: string } }>('/api/v1/fleet-incidents', (request, reply) => {
    const wanted = String(request.query.status ?? '')
      .split(',')
      .filter((each) => each !== '');
    if (!wanted.every((each) => statuses.includes(each)))
      return sendProblem(reply, 400, `status: expected ${statuses.join(', ')}`);
    const found = fleet.list(viewOf(request));
    const fitting = found.filter(({ status }) => wanted.length === 0 || wanted.includes(status));
    return reply.send({ fleetIncidents: fitting });
  });

  fastify.get<{ Params: { id: string } }>('/api/v1/fleet-incidents/:id', (request, reply) => {
    const { id } = request.params;
    const found = fleet.get(id, viewOf(request));
    if (!found) return sendProblem(reply, 404, `there is no fleet incident ${id}`);
    if (found.mergedInto === undefined) return reply.send(found);
    const location = `/api/v1/fleet-incidents/${encodeURIComponent(found.mergedInto)}`;
    return reply.code(308).header('location', location).send();
  });
}
