// A live cluster as the port through which look-ups see it.
import type { ReadItems } from '@winnow/contracts';
import type { ClusterReader } from '@winnow/stream';
import type { ApiServer } from '../api-server.ts';
import { createDiscovery, type Discovery } from '../discovery/discovery.ts';
import { readEvents } from './read-events.ts';
import { readLogs } from './read-logs.ts';
import { readObjects } from './read-objects.ts';
import { LookupRefused } from './refusal.ts';

export interface ClusterReaderOptions {
  /** The parser of one event, as the intake has it. */
  readonly readEvent: ReadItems;
  /** Shared with others who ask for the cluster's kinds; one of its own where absent. */
  readonly discovery?: Discovery;
  /** Where metrics come from; without it they cannot be told. */
  readonly metrics?: ClusterReader['metrics'];
  /** Milliseconds that one look-up may take (default 15,000). */
  readonly timeout?: number;
}

/**
 * Looks when it is asked, at what is there now: `until` only cuts logs. Active checks cannot be told.
 * All methods throw LookupDenied where this identity may not look, ApiUnreachable where nobody answers.
 */
export function clusterReader(api: ApiServer, options: ClusterReaderOptions): ClusterReader {
  const { readEvent, discovery = createDiscovery(api), metrics, timeout = 15_000 } = options;

  async function within<T>(look: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const signal = AbortSignal.timeout(timeout);
    try {
      return await look(signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new LookupRefused(`cluster ${api.name}: no answer within ${timeout / 1000} s`);
    }
  }

  return {
    objects: (namespace, kinds) =>
      within(async (signal) => {
        const resources = await discovery.resources();
        return readObjects(api, { namespace, kinds, resources, signal });
      }),
    logs: (request) => within((signal) => readLogs(api, request, signal)),
    events: (namespace) => within((signal) => readEvents(api, readEvent, namespace, signal)),
    metrics: metrics ?? (async () => undefined),
    checks: async () => undefined,
  };
}
