// One envelope for each cluster that a request names, split where it would be too large.
import type { Envelope, Item, Source } from '@winnow/contracts';
import type { ItemsByCluster } from './read-body.ts';
import type { RefusedItems } from './refused-items.ts';

/** What all envelopes of this intake share. */
export interface EnvelopeHead {
  readonly tenant: string;
  readonly instance: string;
}

/** An envelope before it is given its time, at the append. */
export type Unstamped = Omit<Envelope, 'at'>;

export interface Sent {
  readonly sender?: string | undefined;
  /** Told with the next envelope of a cluster. */
  readonly refused?: RefusedItems | undefined;
}

export function envelopesOf(
  head: EnvelopeHead,
  source: Source,
  clusters: ItemsByCluster,
  { sender, refused }: Sent = {},
): Unstamped[] {
  const { tenant, instance } = head;
  const shared = { schema: 1 as const, tenant, source, instance, ...(sender !== undefined && { sender }) };
  return [...clusters].flatMap(([cluster, lists]) => {
    const missing = lists.length > 0 ? refused?.take({ tenant, cluster }) : undefined;
    const one = missing === undefined ? shared : { ...shared, refused: missing };
    return lists.map((items) => ({ ...one, cluster, items: items as Item[] }));
  });
}
