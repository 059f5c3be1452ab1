// An alert as Alertmanager's API v2 gives it (GettableAlert).
import type { AlertItem } from '@winnow/contracts';
import type { AlertRow } from './alert-index.ts';
import { RECEIVER } from './alert-query.ts';

export interface GettableAlert {
  readonly annotations: Readonly<Record<string, string>>;
  readonly endsAt: string;
  readonly fingerprint: string;
  readonly receivers: readonly { readonly name: string }[];
  readonly startsAt: string;
  readonly status: {
    readonly inhibitedBy: readonly string[];
    readonly mutedBy: readonly string[];
    readonly silencedBy: readonly string[];
    readonly state: 'active' | 'suppressed' | 'unprocessed';
  };
  readonly updatedAt: string;
  readonly generatorURL?: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** @param silencedBy ids of the silences that it is under. */
export function toGettableAlert(row: AlertRow, item: AlertItem, silencedBy: readonly string[]): GettableAlert {
  return {
    annotations: item.annotations,
    endsAt: timeText(Number.isFinite(row.endsAt) ? row.endsAt : row.updatedAt + 5 * 60_000),
    fingerprint: item.fingerprint,
    receivers: [{ name: RECEIVER }],
    startsAt: timeText(row.startsAt),
    status: { inhibitedBy: [], mutedBy: [], silencedBy, state: silencedBy.length > 0 ? 'suppressed' : 'active' },
    updatedAt: timeText(row.updatedAt),
    ...(item.generatorURL !== undefined && { generatorURL: item.generatorURL }),
    labels: item.labels,
  };
}

const timeText = (milliseconds: number) => new Date(milliseconds).toISOString();
