// GET /api/v1/incidents and /api/v1/incidents/{id}.
import type { Dossier, LedgerTotals, Problem, Report } from '@winnow/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FleetModel, ShownFleetIncident } from './core/fleet-model.ts';
import { pageOf, readIncidentQuery } from './core/incident-query.ts';
import { compareTexts } from './core/order.ts';
import { listedEntries, verdictOf } from './core/report.ts';
import { toReportIncident } from './core/report-incident.ts';
import { survivorOf } from './core/survivor.ts';
import type { View } from './core/view.ts';
import type { Entry, ReadModel } from './core.ts';
import type { IncidentSource } from './incident-source.ts';
import { sendProblem } from './problem.ts';

export interface IncidentRoutes {
  /** The user's own, and the bundled example while it is shown. */
  sources(): readonly IncidentSource[];
  ledgerTotals(): LedgerTotals;
  problems(): readonly Problem[];
  /** What of a view's sources is not heard. */
  blind(view: View): readonly string[];
  readonly viewOf: (request: FastifyRequest) => View;
  readonly fleet?: FleetModel | undefined;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** A page of the report: `nextCursor` is there where more incidents follow. */
export interface ReportPage extends Report {
  readonly nextCursor?: string;
}

export function registerIncidentRoutes(fastify: FastifyInstance, deps: IncidentRoutes): void {
  fastify.get('/api/v1/incidents', (request, reply) => {
    const query = readIncidentQuery(request.query as Record<string, string | string[]>);
    if ('parameter' in query) return sendProblem(reply, 400, `${query.parameter}: expected ${query.expected}`);
    const models = deps.sources().map(({ model }) => model);
    const view = deps.viewOf(request);
    const listed = listedEntries(models).filter(({ incident }) => view.sees(incident));
    const { page, nextCursor } = pageOf(listed, query);
    const ledger = deps.ledgerTotals();
    const report: ReportPage = {
      schema: 'winnow.report/v1',
      clusters: [...new Set(models.flatMap((model) => model.clusters(view.sees)))].sort(compareTexts),
      asOf: latestOf(models) ?? new Date(deps.now()).toISOString(),
      verdict: verdictOf(listed.length, { ledger, blind: deps.blind(view) }),
      incidents: page.map((entry) => toReportIncident(entry, { example: entry.example })),
      problems: view.limited ? [] : deps.problems(),
      // It is of the whole installation.
      ledger: view.limited ? nothingCounted : ledger,
      ...(nextCursor !== undefined && { nextCursor }),
    };
    return reply.send(report);
  });

  fastify.get<{ Params: { id: string } }>('/api/v1/incidents/:id', async (request, reply) => {
    const { id } = request.params;
    const view = deps.viewOf(request);
    for (const source of deps.sources()) {
      const entry = source.model.get(id);
      if (!entry || !view.sees(entry.incident)) continue;
      const survivor = survivorOf(source.model, entry);
      if (survivor !== id)
        return reply
          .code(308)
          .header('location', `/api/v1/incidents/${encodeURIComponent(survivor)}`)
          .send();
      return sendIncident(reply, source, entry, deps.fleet?.of(id, view));
    }
    return sendProblem(reply, 404, `there is no incident ${id}`);
  });
}

const nothingCounted: LedgerTotals = {
  ...{ received: 0, signals: 0, deduplicated: 0, muted: 0, shed: 0, deadLettered: 0 },
};

/** The last record's time; undefined where there was none. */
const latestOf = (models: readonly ReadModel[]) =>
  models
    .map((model) => model.asOf)
    .filter((at) => at !== '')
    .sort(compareTexts)
    .at(-1);

async function sendIncident(
  reply: FastifyReply,
  source: IncidentSource,
  { incident, finding, dossier }: Entry,
  fleet: ShownFleetIncident | undefined,
): Promise<FastifyReply> {
  const record = dossier && (await source.readRecord(dossier));
  const example = source.model.example && { example: true };
  return reply.send({
    incident,
    dossier: (record?.value as Dossier | undefined) ?? null,
    finding: finding ?? null,
    ...example,
    ...(fleet && { fleetIncident: { id: fleet.id, title: fleet.title } }),
  });
}
