// GET /api/v1/incidents/stream: each incident as it changes, as server-sent events.
import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { compareTexts } from './core/order.ts';
import { toReportIncident } from './core/report-incident.ts';
import { catchUpIds, isNews, isOfIncidents, isPast, readSeen } from './core/seen-text.ts';
import type { View } from './core/view.ts';
import type { Entry, Seen } from './core.ts';
import type { IncidentSource } from './incident-source.ts';
import { sendProblem } from './problem.ts';

export interface IncidentStream {
  sources(): readonly IncidentSource[];
  readonly viewOf: (request: FastifyRequest) => View;
  /** Milliseconds between comments that keep the connection alive (default 15,000). */
  readonly commentEvery?: number;
  /** Incidents that may wait for a slow reader before it is let go; it comes back with its Last-Event-ID (default 1,000). */
  readonly buffer?: number;
}

export function registerIncidentStream(fastify: FastifyInstance, deps: IncidentStream): void {
  const open = new Set<ServerResponse>();
  fastify.addHook('preClose', async () => {
    for (const response of open) response.end();
  });

  fastify.get('/api/v1/incidents/stream', { exposeHeadRoute: false }, (request, reply) => {
    const header = request.headers['last-event-id'];
    const last = typeof header === 'string' && header !== '' ? readSeen(header) : {};
    if (!last) return void sendProblem(reply, 400, 'Last-Event-ID: expected the id of an event of this stream');
    reply.hijack();
    const response = reply.raw;
    open.add(response);
    response.on('close', () => open.delete(response));
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    response.write(': winnow incidents\n\n');
    serve(response, deps, deps.viewOf(request), last);
  });
}

/** Sends what is news to the reader, then every change. */
function serve(
  response: ServerResponse,
  { sources, commentEvery = 15_000, buffer = 1_000 }: IncidentStream,
  view: View,
  asked: Seen,
): void {
  /** Only the latest of each incident waits: a slow reader misses steps, never the end. */
  const waiting = new Map<string, IncidentSource>();
  const now: Seen = Object.assign({}, ...sources().map(({ model }) => model.seen));
  const last = isPast(asked, now) ? asked : {};
  const told = catchUpIds(last, now);
  const stops = new Map<IncidentSource, () => void>();
  attach();
  told.expect(waiting.keys());
  const timer = setInterval(() => {
    attach();
    flush();
    if (!response.writableNeedDrain) response.write(': still here\n\n');
  }, commentEvery);
  response.on('drain', flush);
  response.on('close', () => {
    clearInterval(timer);
    for (const stop of stops.values()) stop();
  });
  flush();

  /** The example may come after the reader did. */
  function attach(): void {
    for (const source of sources()) {
      if (stops.has(source)) continue;
      for (const id of missedBy(source, last, view)) waiting.set(id, source);
      stops.set(
        source,
        source.onChange((id) => enqueue(id, source)),
      );
    }
  }

  function enqueue(id: string, source: IncidentSource): void {
    const changed = source.model.get(id);
    if (changed && !view.sees(changed.incident)) return;
    // Last in line again: an event's id must not run ahead of what is still to be sent.
    waiting.delete(id);
    waiting.set(id, source);
    flush();
    if (waiting.size > buffer) response.destroy();
  }

  function flush(): void {
    for (const [id, source] of waiting) {
      if (response.writableNeedDrain || response.destroyed) return;
      waiting.delete(id);
      const entry = source.model.get(id);
      if (entry) response.write(eventOf(entry, source, told.next(entry)));
    }
  }
}

/**
 * Without an id all that is not over; else what has changed since. In the order in which the
 * incidents themselves changed last.
 */
function missedBy({ model }: IncidentSource, last: Seen, view: View): readonly string[] {
  const isKnown = Object.keys(last).length > 0;
  const isMissed = ({ incident, seen }: Entry) =>
    isKnown ? isNews(seen, last) : incident.status !== 'resolved' && incident.mergedInto === undefined;
  const missed = [...model.entries()].filter((entry) => view.sees(entry.incident) && isMissed(entry));
  return missed
    .sort((a, b) => placeOf(a) - placeOf(b) || compareTexts(a.incident.id, b.incident.id))
    .map(({ incident }) => incident.id);
}

function placeOf({ seen }: Entry): number {
  const stream = Object.keys(seen).find(isOfIncidents);
  return stream === undefined ? 0 : (seen[stream] ?? 0);
}

function eventOf(entry: Entry, { model }: IncidentSource, id: string): string {
  const { mergedInto } = entry.incident;
  const told = { ...toReportIncident(entry, { example: model.example }), ...(mergedInto && { mergedInto }) };
  return `event: incident\nid: ${id}\ndata: ${JSON.stringify(told)}\n\n`;
}
