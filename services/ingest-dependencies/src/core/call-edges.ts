// From spans to edges: the two sides of a call meet by the caller's span id; what meets nobody is told of by the caller alone.
import type { DependencyItem } from '@winnow/contracts';
import { createLatencies, type Latencies } from './latencies.ts';
import { peerName } from './peer-name.ts';
import type { CallSpan, ServiceName } from './span.ts';

export interface CallEdges {
  /** `now`: milliseconds on a clock that does not go back. */
  take(span: CallSpan, now: number): void;
  /** What was seen of each edge since the last time, by cluster (empty where no span names one); what is waited for too long is given up. */
  flush(now: number): readonly ToldEdge[];
  counts(): CallCounts;
}

export interface ToldEdge {
  readonly cluster: string;
  readonly item: DependencyItem;
}

/** What became of the spans. */
export interface CallCounts {
  readonly paired: number;
  /** Callers that met nobody, and told whom they called. */
  readonly alone: number;
  /** Given up: nobody told the other side, and who that was is not known. */
  readonly unpaired: number;
  /** Given up since too many were waiting, or too many edges told of. */
  readonly overflow: number;
  readonly waiting: number;
}

export interface CallLimits {
  /** Milliseconds that one side waits for the other. */
  readonly window: number;
  readonly waiting: number;
  readonly edges: number;
}

interface Seen {
  readonly cluster: string;
  readonly from: ServiceName;
  readonly to: ServiceName;
  calls: number;
  failed: number;
  readonly latencies: Latencies;
}

const limits: CallLimits = { window: 60_000, waiting: 100_000, edges: 10_000 };

export function createCallEdges({ window, waiting: most, edges: mostEdges }: CallLimits = limits): CallEdges {
  // In the order of arrival: the oldest is first.
  const waiting = new Map<string, { readonly span: CallSpan; readonly since: number }>();
  let edges = new Map<string, Seen>();
  const counts = { paired: 0, alone: 0, unpaired: 0, overflow: 0 };

  function take(span: CallSpan, now: number): void {
    expire(now);
    // Who has its messages from a broker depends on it, whoever wrote them.
    if (span.message && span.side === 'callee') tellAlone(span, false);
    if (span.call === '') return;
    const key = `${span.side === 'caller' ? 'c' : 's'}${span.call}`;
    const other = `${span.side === 'caller' ? 's' : 'c'}${span.call}`;
    const met = waiting.get(other);
    if (met) {
      waiting.delete(other);
      pair(...(span.side === 'caller' ? ([span, met.span] as const) : ([met.span, span] as const)));
    } else if (span.side === 'caller' && span.peer.silent && !span.message) tellAlone(span, true);
    else wait(key, span, now);
  }

  function wait(key: string, span: CallSpan, now: number): void {
    if (waiting.size >= most) {
      const oldest = waiting.keys().next().value;
      if (oldest !== undefined) giveUp(oldest, 'overflow');
    }
    waiting.set(key, { span, since: now });
  }

  function pair(caller: CallSpan, callee: CallSpan): void {
    counts.paired++;
    if (caller.message) tellAlone(caller, false);
    const failed = caller.failed || callee.failed;
    note(caller, callee.service, failed, caller.message ? callee.ms : caller.ms);
  }

  /** By what one side says of the other; `counted` where that is all that will be known of the call. */
  function tellAlone(span: CallSpan, counted: boolean): void {
    const to = peerName(span.peer, span.service);
    if (counted) counts[to ? 'alone' : 'unpaired']++;
    if (to) note(span, to, span.failed, span.ms);
  }

  function note({ service: from, cluster = '' }: CallSpan, to: ServiceName, failed: boolean, ms: number): void {
    if (from.namespace === to.namespace && from.service === to.service) return;
    const key = JSON.stringify([cluster, from.namespace, from.service, to.namespace, to.service]);
    let seen = edges.get(key);
    if (!seen && edges.size >= mostEdges) {
      counts.overflow++;
      return;
    }
    seen ??= { cluster, from, to, calls: 0, failed: 0, latencies: createLatencies() };
    edges.set(key, seen);
    seen.calls++;
    if (failed) seen.failed++;
    seen.latencies.add(ms);
  }

  function expire(now: number): void {
    for (const [key, { since }] of waiting) {
      if (now - since < window) return;
      giveUp(key, 'unpaired');
    }
  }

  function giveUp(key: string, reason: 'unpaired' | 'overflow'): void {
    const span = waiting.get(key)?.span;
    waiting.delete(key);
    if (reason === 'overflow') counts.overflow++;
    if (span?.side === 'caller') tellAlone(span, reason !== 'overflow');
    else if (reason === 'unpaired') counts.unpaired++;
  }

  return {
    take,
    flush(now) {
      expire(now);
      const told = [...edges.values()].map(toldOf);
      edges = new Map();
      return told;
    },
    counts: () => ({ ...counts, waiting: waiting.size }),
  };
}

function toldOf({ cluster, from, to, calls, failed, latencies }: Seen): ToldEdge {
  const latencyMs = latencies.percentile(0.99);
  const errorRatio = Number((failed / calls).toPrecision(3));
  const item: DependencyItem = {
    type: 'dependency',
    from,
    to,
    via: 'trace',
    calls,
    errorRatio,
    ...(latencyMs && { latencyMs }),
  };
  return { cluster, item };
}
