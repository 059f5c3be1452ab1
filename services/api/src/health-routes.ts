// /-/healthy, /-/ready, /metrics.
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type MetricsSnapshot, metricsText } from './core/metrics-text.ts';
import { sendProblem } from './problem.ts';

/** Why it is not ready, in words; undefined where it is. */
export type Readiness = string | undefined;

export interface HealthRoutes {
  /** Why it is to be started anew; undefined where it is well. Well where absent. */
  healthy?(): string | undefined;
  /** Ready once state is loaded and an append succeeds. */
  ready(): Readiness | Promise<Readiness>;
  metrics(): MetricsSnapshot;
}

export function registerHealthRoutes(fastify: FastifyInstance, deps: HealthRoutes): void {
  const sayOk = (reply: FastifyReply) => reply.type('text/plain; charset=utf-8').send('OK\n');

  fastify.get('/-/healthy', (_request, reply) => {
    const why = deps.healthy?.();
    return why === undefined ? sayOk(reply) : sendProblem(reply, 503, why);
  });

  fastify.get('/-/ready', async (_request, reply) => {
    const why = await deps.ready();
    return why === undefined ? sayOk(reply) : sendProblem(reply, 503, why);
  });

  fastify.get('/metrics', (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(metricsText(deps.metrics())),
  );
}
