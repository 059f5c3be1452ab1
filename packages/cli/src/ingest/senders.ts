// Who has sent something to the port: those that are not asked for anything can only be said to have been heard.
import { countedSources, type Envelope, type SourceStatus } from '@winnow/contracts';

export interface Senders {
  note(envelopes: readonly Envelope[]): void;
  status(): readonly SourceStatus[];
}

/** Clusters and senders that are told of, at most; those that were heard last. */
const MOST = 200;

export function createSenders(): Senders {
  const heard = new Map<string, SourceStatus>();
  return {
    note(envelopes) {
      for (const { source, tenant, cluster, instance, at } of envelopes) {
        if (!countedSources.includes(source)) continue;
        const key = `${tenant}\n${cluster}\n${source}\n${instance}`;
        heard.delete(key);
        heard.set(key, { source, cluster, tenant, instance, state: 'connected', lastByteAt: at, details: [] });
      }
      for (const [oldest] of heard) {
        if (heard.size <= MOST) break;
        heard.delete(oldest);
      }
    },
    status: () => [...heard.values()],
  };
}
