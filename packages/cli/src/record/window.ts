// Which part of the log is recorded.
import { ALL_CLUSTERS, type Incident, topics } from '@winnow/contracts';
import type { Reader } from '@winnow/sqlite';
import { CommandFailed } from '../failure.ts';

/** Times are RFC 3339, UTC; what is absent is not bounded. */
export interface Window {
  readonly since?: string;
  readonly until?: string;
  /** Only this cluster of this tenant. */
  readonly only?: { readonly tenant: string; readonly cluster: string };
}

export interface WindowOptions {
  readonly since?: string;
  readonly until?: string;
  readonly incident?: string;
}

const MINUTE = 60_000;
/** What came before may be the cause; so far back changes are looked for. */
const BEFORE = 60 * MINUTE;
const AFTER = 5 * MINUTE;

/** @throws CommandFailed where a time cannot be read, or there is no such incident. */
export function readWindow(options: WindowOptions, reader: Reader, now: number): Window {
  const told = {
    ...(options.since !== undefined && { since: timeIn('--since', options.since, now) }),
    ...(options.until !== undefined && { until: timeIn('--until', options.until, now) }),
  };
  return options.incident === undefined ? told : { ...windowOf(findIncident(options.incident, reader)), ...told };
}

const units: Readonly<Record<string, number>> = { s: 1_000, m: MINUTE, h: 60 * MINUTE, d: 1_440 * MINUTE };

/** A time, or how long ago: `90m`, `2h`, `7d`. */
export function timeIn(option: string, text: string, now: number): string {
  const [, number, unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const ms = number === undefined ? Date.parse(text) : now - Number(number) * (units[unit] ?? 0);
  if (Number.isNaN(ms))
    throw new CommandFailed(
      `${option} takes a time such as 2026-03-08T15:00:00Z, or how long ago (90m, 2h, 7d), not ${text}`,
    );
  return new Date(ms).toISOString();
}

/** One that was merged away is told of by its survivor. */
function findIncident(id: string, reader: Reader): Incident {
  let wanted = id;
  for (let steps = 0; steps < 20; steps++) {
    const incident = reader.find(topics.incidents.name, wanted, 1)[0]?.value as Incident | null | undefined;
    if (!incident) break;
    if (incident.mergedInto === undefined) return incident;
    wanted = incident.mergedInto;
  }
  throw new CommandFailed(
    `there is no incident ${id} in this data: \`winnow topics tail incidents\` shows those that there are`,
  );
}

/** From well before its first sign to a while after its end, or as far as the log goes. */
function windowOf({ tenant, cluster, openedAt, updatedAt, status, members }: Incident): Window {
  const first = Math.min(
    Date.parse(openedAt),
    ...members.map(({ signal }) => Date.parse(signal.firstSeen) || Infinity),
  );
  return {
    only: { tenant, cluster },
    since: new Date(first - BEFORE).toISOString(),
    ...(status === 'resolved' && { until: new Date(Date.parse(updatedAt) + AFTER).toISOString() }),
  };
}

/** True for what is of the cluster that is asked for, or of all. */
export function isOf({ only }: Window, record: { readonly tenant: string; readonly cluster: string }): boolean {
  if (only === undefined) return true;
  return only.tenant === record.tenant && (record.cluster === only.cluster || record.cluster === ALL_CLUSTERS);
}
