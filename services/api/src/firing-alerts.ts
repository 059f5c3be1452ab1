// Which alerts a new silence matches now: it need not wait until they are sent again.
import { type Envelope, topics } from '@winnow/contracts';
import type { Labels } from '@winnow/matchers';
import type { LogRecord } from '@winnow/stream';
import type { AlertIndex } from './core/alert-index.ts';
import type { Owned } from './core/view.ts';
import type { Position } from './core.ts';

export interface FiringAlert {
  readonly cluster: string;
  readonly fingerprint: string;
}

/** Names those of the alerts that fire whose labels fit, of what is seen. */
export type FindFiring = (
  matches: (labels: Labels) => boolean,
  sees: (of: Owned) => boolean,
) => Promise<readonly FiringAlert[]>;

/** Above that nobody waits for all of them to be read: each is muted when it is sent again. */
const MOST_READ = 20_000;
const MOST_NAMED = 1_000;

export interface FiringAlertsOptions {
  readonly alerts: AlertIndex;
  readRecord(position: Position): Promise<LogRecord | undefined>;
  /** Milliseconds. */
  now(): number;
}

export function createFindFiring({ alerts, readRecord, now }: FiringAlertsOptions): FindFiring {
  return async (matches, sees) => {
    if (alerts.size > MOST_READ) return [];
    const found: FiringAlert[] = [];
    for (const [place, items] of itemsByRecord(alerts, now())) {
      const [partition = 0, offset = 0] = place.split('-').map(Number);
      const record = await readRecord({ topic: topics.observations.name, partition, offset });
      const envelope = record?.value as Envelope | null | undefined;
      if (!envelope || !sees(envelope)) continue;
      for (const item of items.map((at) => envelope.items[at]))
        if (item?.type === 'alert' && matches(item.labels))
          found.push({ cluster: envelope.cluster, fingerprint: item.fingerprint });
      if (found.length >= MOST_NAMED) break;
    }
    return found.slice(0, MOST_NAMED);
  };
}

/** Each record is read once. */
function itemsByRecord(alerts: AlertIndex, now: number): ReadonlyMap<string, readonly number[]> {
  const byRecord = new Map<string, number[]>();
  for (const { partition, offset, item } of alerts.firing(now)) {
    const key = `${partition}-${offset}`;
    const items = byRecord.get(key);
    if (items) items.push(item);
    else byRecord.set(key, [item]);
  }
  return byRecord;
}
