// Which alerts fire: a compact row each. Labels stand in the log once and are read there when somebody asks.
import { type AlertItem, type Envelope, hash64, topics } from '@winnow/contracts';
import { createPackedTable, type LogRecord } from '@winnow/stream';
import { createLatestTurns } from './latest-turns.ts';

/** A firing alert: where its latest arrival stands, and its times in milliseconds. */
export interface AlertRow {
  readonly partition: number;
  readonly offset: number;
  /** The index of the item in its envelope. */
  readonly item: number;
  readonly startsAt: number;
  /** Infinity where only its sender can end it. */
  readonly endsAt: number;
  readonly updatedAt: number;
}

export interface AlertIndex {
  readonly size: number;
  /** Folds a record of winnow.observations. */
  apply(record: LogRecord): void;
  /** Alerts that fire at this time, milliseconds; those that have run out are forgotten on the way. There may be a million. */
  firing(now: number): Iterable<AlertRow>;
}

/** An alert without an end that Prometheus does not send again is over after so long: Alertmanager's resolve_timeout. */
const RESOLVE_TIMEOUT = 5 * 60_000;
const columns = ['partition', 'offset', 'item', 'startsAt', 'endsAt', 'updatedAt'];

interface Arrival {
  readonly scope: string;
  /** Milliseconds. */
  readonly at: number;
  readonly envelope: Envelope;
  readonly record: LogRecord;
}

export function createAlertIndex(): AlertIndex {
  const rows = createPackedTable(columns, { noted: false });
  const turns = createLatestTurns();

  function apply(record: LogRecord): void {
    if (record.topic !== topics.observations.name || record.value === null) return;
    const envelope = record.value as Envelope;
    if (envelope.source !== 'alertmanager.alerts' && envelope.source !== 'alertmanager.webhook') return;
    const arrival = { scope: `${envelope.tenant}/${envelope.cluster}|`, at: Date.parse(envelope.at), envelope, record };
    envelope.items.forEach((item, index) => {
      if (item.type === 'alert') applyAlert(arrival, item, index);
    });
  }

  function applyAlert({ scope, at, envelope, record }: Arrival, alert: AlertItem, item: number): void {
    const key = hash64(scope + alert.fingerprint);
    const told = timeOf(alert.toldAt);
    if (told !== undefined && turns.isLate(key, told)) return;
    if ((rows.get(key)?.[5] ?? 0) > (timeOf(envelope.originalAt) ?? Number.POSITIVE_INFINITY)) return;
    const endsAt = endOf(envelope, alert, at);
    if (alert.status === 'resolved' || endsAt <= at) rows.delete(key);
    else rows.set(key, [record.partition, record.offset, item, startOf(key, alert, at), endsAt, at]);
  }

  /** The sender's own start, else when it was first heard of. */
  function startOf(key: string, alert: AlertItem, at: number): number {
    return timeOf(alert.startsAt) ?? rows.get(key)?.[3] ?? at;
  }

  function* firing(now: number): Iterable<AlertRow> {
    for (const [key, columnsOfRow] of rows.entries()) {
      const row = toRow(columnsOfRow);
      if (row.endsAt > now) yield row;
      else rows.delete(key);
    }
  }

  return {
    get size() {
      return rows.size;
    },
    apply,
    firing,
  };
}

function toRow([
  partition = 0,
  offset = 0,
  item = 0,
  startsAt = 0,
  endsAt = 0,
  updatedAt = 0,
]: readonly number[]): AlertRow {
  return { partition, offset, item, startsAt, endsAt, updatedAt };
}

/** Alertmanager's webhook repeats an alert every few hours and says when it is over; Prometheus sends it every minute, with an end. */
function endOf({ source }: Envelope, alert: AlertItem, at: number): number {
  if (source === 'alertmanager.webhook') return Number.POSITIVE_INFINITY;
  return timeOf(alert.endsAt) ?? at + RESOLVE_TIMEOUT;
}

function timeOf(text: string | undefined): number | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
