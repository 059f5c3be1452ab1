// The port through which look-ups see a cluster: a capture, the inventory, or a live API server.
import type { Checks, EntityRef, EventItem, KubeObject, LogExcerpt, MetricSeries } from '@winnow/contracts';

export interface LogRequest {
  readonly namespace: string;
  readonly pod: string;
  /** All containers where absent. */
  readonly container?: string;
  readonly previous: boolean;
  /** At most this many lines, the last ones. */
  readonly tailLines: number;
  /** Nothing that was written after this time (RFC 3339, as records have it). */
  readonly until?: string;
}

/**
 * Undefined answers mean "cannot be told from here"; empty ones mean "there is none". All text is redacted. `until` is the record time of
 * the ask: readers of the past tell nothing later; a live one need not look at it. A reader throws LookupDenied where it may not look.
 */
export interface ClusterReader {
  /** The objects of a namespace (undefined: cluster-scoped ones), of some kinds. */
  objects(
    namespace: string | undefined,
    kinds: readonly string[],
    until?: string,
  ): Promise<readonly KubeObject[] | undefined>;
  logs(request: LogRequest): Promise<readonly LogExcerpt[] | undefined>;
  events(namespace: string, until?: string): Promise<readonly EventItem[] | undefined>;
  /** Series whose labels name this namespace and, where given, one of these pods. */
  metrics(
    namespace: string,
    pods: readonly string[] | undefined,
    until?: string,
  ): Promise<readonly MetricSeries[] | undefined>;
  checks(until?: string): Promise<Checks | undefined>;
}

/** The reader of one cluster; undefined where nothing can be looked up there. */
export type ClusterReaders = (tenant: string, cluster: string) => ClusterReader | undefined;

/** Names an object in the words of a reader's place: for evidence. */
export function placeOf(ref: EntityRef): string {
  return ref.namespace ? `${ref.kind} ${ref.namespace}/${ref.name}` : `${ref.kind} ${ref.name}`;
}
