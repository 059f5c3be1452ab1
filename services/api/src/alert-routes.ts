// GET /api/v2/alerts and /api/v2/status: Alertmanager's reading side.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type AlertItem, type Envelope, topics } from '@winnow/contracts';
import type { LogRecord } from '@winnow/stream';
import type { FastifyInstance } from 'fastify';
import type { AlertIndex, AlertRow } from './core/alert-index.ts';
import { type GettableAlert, RECEIVER, toGettableAlert } from './core/gettable-alert.ts';
import { type Matcher, matchesAll, parseMatchers } from './core/matchers.ts';
import { compareTexts } from './core/order.ts';
import type { Position } from './core.ts';

export interface AlertRoutes {
  readonly alerts: AlertIndex;
  readRecord(position: Position): Promise<LogRecord | undefined>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Ids of the silences that an alert is under. */
  silencedBy?(labels: Readonly<Record<string, string>>): readonly string[];
  readonly version: string;
  /** RFC 3339. */
  readonly startedAt: string;
}

type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

export function registerAlertRoutes(fastify: FastifyInstance, deps: AlertRoutes): void {
  fastify.get('/api/v2/alerts', async (request, reply) => {
    const query = readAlertQuery(request.query as Query);
    // Alertmanager answers a bad request with a JSON string, and its clients print that.
    if (typeof query === 'string')
      return reply
        .code(400)
        .type('application/json')
        .send(JSON.stringify(`bad request: ${query}`));
    return reply.send(query.receives ? await readAlerts(deps, query) : []);
  });

  fastify.get('/api/v2/status', async () => ({
    cluster: { status: 'disabled', peers: [] },
    config: { original: '' },
    uptime: deps.startedAt,
    versionInfo: { branch: '', buildDate: '', buildUser: '', goVersion: '', revision: '', version: deps.version },
  }));
}

interface AlertQuery {
  readonly matchers: readonly Matcher[];
  readonly active: boolean;
  readonly silenced: boolean;
  readonly receives: boolean;
}

/** `filter` (repeated), `active`, `silenced`, `inhibited`, `unprocessed` (all true by default), `receiver` (a regular expression). */
function readAlertQuery(query: Query): AlertQuery | string {
  const flags = ['active', 'silenced', 'inhibited', 'unprocessed'].map((name) => ({
    name,
    value: last(query[name]) ?? 'true',
  }));
  const wrong = flags.find(({ value }) => value !== 'true' && value !== 'false');
  if (wrong) return `${wrong.name}: expected true or false`;
  const parsed = all(query.filter).map(parseMatchers);
  const fault = parsed.find((each) => typeof each === 'string');
  if (fault !== undefined) return `filter: expected ${fault}`;
  const receiver = parseMatchers(`receiver=~${JSON.stringify(last(query.receiver) ?? '.*')}`);
  if (typeof receiver === 'string') return `receiver: expected ${receiver}`;
  return {
    matchers: parsed.flatMap((each) => (typeof each === 'string' ? [] : each)),
    active: flags[0]?.value === 'true',
    silenced: flags[1]?.value === 'true',
    receives: matchesAll(receiver, { receiver: RECEIVER }),
  };
}

const all = (value: Query[string]) => (value === undefined ? [] : typeof value === 'string' ? [value] : value);
const last = (value: Query[string]) => all(value).at(-1);

/** Rows between which whoever else waits for this thread has a turn. */
const TURN = 500;

/** Each arrival is read once, however many of its alerts fire. */
async function readAlerts(deps: AlertRoutes, query: AlertQuery): Promise<readonly GettableAlert[]> {
  const found: GettableAlert[] = [];
  for (const rows of (await firingByRecord(deps)).values()) {
    const [{ partition, offset }] = rows as [AlertRow];
    const record = await deps.readRecord({ topic: topics.observations.name, partition, offset });
    const items = (record?.value as Envelope | null | undefined)?.items ?? [];
    for (const row of rows) found.push(...select(deps, query, row, items[row.item] as AlertItem | undefined));
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
  deps: AlertRoutes,
  query: AlertQuery,
  row: AlertRow,
  item: AlertItem | undefined,
): readonly GettableAlert[] {
  if (item?.type !== 'alert' || !matchesAll(query.matchers, item.labels)) return [];
  const alert = toGettableAlert(row, item, deps.silencedBy?.(item.labels) ?? []);
  return (alert.status.state === 'suppressed' ? query.silenced : query.active) ? [alert] : [];
}
