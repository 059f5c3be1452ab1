// GET /api/v2/alerts, /alerts/groups, /receivers and /status: Alertmanager's reading side.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type AlertItem, type Envelope, topics } from '@winnow/contracts';
import type { Labels } from '@winnow/matchers';
import type { LogRecord } from '@winnow/stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { groupAlerts } from './core/alert-groups.ts';
import type { AlertIndex, AlertRow } from './core/alert-index.ts';
import { type AlertQuery, type Query, RECEIVER, readAlertQuery } from './core/alert-query.ts';
import { alertmanagerStatus } from './core/alertmanager-status.ts';
import { type GettableAlert, toGettableAlert } from './core/gettable-alert.ts';
import { compareTexts } from './core/order.ts';
import type { SilenceIndex } from './core/silence-index.ts';
import type { View } from './core/view.ts';
import type { Position } from './core.ts';
import { sendFault } from './fault.ts';

export interface AlertRoutes {
  readonly alerts: AlertIndex;
  readonly silences: Pick<SilenceIndex, 'silencing'>;
  readRecord(position: Position): Promise<LogRecord | undefined>;
  /** Milliseconds since the epoch. */
  now(): number;
  readonly version: string;
  /** RFC 3339. */
  readonly startedAt: string;
  /** The labels that /alerts/groups groups by; `...` for all. */
  readonly groupBy: readonly string[];
  readonly viewOf: (request: FastifyRequest) => View;
}

export function registerAlertRoutes(fastify: FastifyInstance, deps: AlertRoutes): void {
  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    form: (alerts: readonly GettableAlert[]) => readonly unknown[],
  ): Promise<FastifyReply> {
    const query = readAlertQuery(request.query as Query);
    if (typeof query === 'string') return sendFault(reply, 400, query);
    return reply.send(form(query.receives ? await readAlerts(deps, query, deps.viewOf(request)) : []));
  }
  fastify.get('/api/v2/alerts', (request, reply) => answer(request, reply, (alerts) => alerts));
  fastify.get('/api/v2/alerts/groups', (request, reply) =>
    answer(request, reply, (alerts) => groupAlerts(alerts, deps.groupBy)),
  );
  fastify.get('/api/v2/receivers', async () => [{ name: RECEIVER }]);
  fastify.get('/api/v2/status', async () => alertmanagerStatus(deps));
}

/** Rows between which whoever else waits for this thread has a turn. */
const TURN = 500;

/** Each arrival is read once, however many of its alerts fire. */
async function readAlerts(deps: AlertRoutes, query: AlertQuery, view: View): Promise<readonly GettableAlert[]> {
  const found: GettableAlert[] = [];
  const silencedBy = deps.silences.silencing(deps.now());
  for (const rows of (await firingByRecord(deps)).values()) {
    const [{ partition, offset }] = rows as [AlertRow];
    const record = await deps.readRecord({ topic: topics.observations.name, partition, offset });
    const envelope = record?.value as Envelope | null | undefined;
    if (!envelope || !view.sees(envelope)) continue;
    const silenced = (labels: Labels) => silencedBy(labels, envelope);
    for (const row of rows) found.push(...select(query, silenced, row, envelope.items[row.item] as AlertItem));
  }
  return found.sort((a, b) => compareTexts(a.fingerprint, b.fingerprint));
}

async function firingByRecord({ alerts, now }: AlertRoutes): Promise<ReadonlyMap<string, readonly AlertRow[]>> {
  const byRecord = new Map<string, AlertRow[]>();
  let count = 0;
  for (const row of alerts.firing(now())) {
    const key = `${row.partition}-${row.offset}`;
    const rows = byRecord.get(key);
    if (rows) rows.push(row);
    else byRecord.set(key, [row]);
    count += 1;
    if (count % TURN === 0) await nextTurn();
  }
  return byRecord;
}

function select(
  query: AlertQuery,
  silencedBy: (labels: Labels) => readonly string[],
  row: AlertRow,
  item: AlertItem | undefined,
): readonly GettableAlert[] {
  if (item?.type !== 'alert' || !query.matches(item.labels)) return [];
  const silences = silencedBy(item.labels);
  return query.wants(silences.length > 0) ? [toGettableAlert(row, item, silences)] : [];
}
