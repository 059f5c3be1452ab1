// One envelope for each cluster that a request names, split where it would be too large.
import type { Envelope, Source } from '@winnow/contracts';
import type { ItemsByCluster } from './read-body.ts';

/** What all envelopes of this intake share. */
export interface EnvelopeHead {
  readonly tenant: string;
  readonly instance: string;
}

/** An envelope before it is given its time, at the append. */
export type Unstamped = Omit<Envelope, 'at'>;

export function envelopesOf(
  head: EnvelopeHead,
  source: Source,
  clusters: ItemsByCluster,
  sender?: string,
): Unstamped[] {
  const { tenant, instance } = head;
  const shared = { schema: 1 as const, tenant, source, instance, ...(sender !== undefined && { sender }) };
  return [...clusters].flatMap(([cluster, lists]) => lists.map((items) => ({ ...shared, cluster, items: [...items] })));
}
