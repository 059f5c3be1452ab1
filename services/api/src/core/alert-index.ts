// Which alerts fire: a compact row each. Labels stand in the log once and are read there when somebody asks.
import { type AlertItem, type Envelope, hash64, topics } from '@winnow/contracts';
import { createPackedTable, halfOfKey, type LogRecord } from '@winnow/stream';
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
  /** Hash of the scope, as two numbers. */
  readonly mark: readonly [number, number];
  /** Milliseconds. */
  readonly at: number;
  readonly envelope: Envelope;
  readonly record: LogRecord;
}

export function createAlertIndex(): AlertIndex {
  const rows = createPackedTable(columns, { noted: false });
  const turns = createLatestTurns();
  /** Of one row, from one call to the next of nobody. */
  const room = new Float64Array(columns.length);

  function apply(record: LogRecord): void {
    if (record.topic !== topics.observations.name || record.value === null) return;
    const envelope = record.value as Envelope;
    if (envelope.source !== 'alertmanager.alerts' && envelope.source !== 'alertmanager.webhook') return;
    const scope = `${envelope.tenant}/${envelope.cluster}|`;
    const arrival = {
      scope,
      mark: [halfOf(hash64(scope), 0), halfOf(hash64(scope), 8)] as const,
      at: Date.parse(envelope.at),
      envelope,
      record,
    };
    envelope.items.forEach((item, index) => {
      if (item.type === 'alert') applyAlert(arrival, item, index);
    });
  }

  function applyAlert({ scope, mark, at, envelope, record }: Arrival, alert: AlertItem, item: number): void {
    const high = (mark[0] ^ halfOf(alert.fingerprint, 0)) >>> 0;
    const low = (mark[1] ^ halfOf(alert.fingerprint, 8)) >>> 0;
    const told = timeOf(alert.toldAt);
    if (told !== undefined && turns.isLate(scope + alert.fingerprint, told)) return;
    if (envelope.originalAt !== undefined && rows.readAt(high, low, room)) {
      // It arrived again long after: what is known since counts.
      if (room[5]! > (timeOf(envelope.originalAt) ?? Number.POSITIVE_INFINITY)) return;
    }
    const endsAt = endOf(envelope, alert, at);
    if (alert.status === 'resolved' || endsAt <= at) {
      rows.deleteAt(high, low);
      return;
    }
    // The sender's own start, else when it was first heard of.
    const startsAt = startOf(alert.startsAt) ?? (rows.readAt(high, low, room) ? room[3]! : at);
    room[0] = record.partition;
    room[1] = record.offset;
    room[2] = item;
    room[3] = startsAt;
    room[4] = endsAt;
    room[5] = at;
    rows.writeAt(high, low, room);
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

/** The alerts of one request mostly have one start and one end: each is read once. */
function createTimeReader(): (text: string | undefined) => number | undefined {
  let latest = '';
  let time: number | undefined;
  return (text) => {
    if (text === undefined) return undefined;
    if (text !== latest) {
      const read = Date.parse(text);
      time = Number.isNaN(read) ? undefined : read;
      latest = text;
    }
    return time;
  };
}

const startOf = createTimeReader();
const timeOf = createTimeReader();

/** Half of a fingerprint, or of its hash where it has another form. */
function halfOf(fingerprint: string, from: 0 | 8): number {
  const half = halfOfKey(fingerprint, from);
  return half < 0 || fingerprint.length !== 16 ? halfOfKey(hash64(fingerprint), from) : half;
}
