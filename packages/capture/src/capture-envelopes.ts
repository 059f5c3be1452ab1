// A capture as arrivals: all at the moment at which it was taken, in an order that follows from what it holds.
import { countedSources, type Envelope, type Item, type ListMarkerItem, type Source } from '@winnow/contracts';
import type { Contents } from './contents.ts';
import { createHeartbeats } from './heartbeats.ts';
import { createArrivals } from './number-arrivals.ts';

const INSTANCE = 'capture';

export interface CaptureHead {
  readonly tenant: string;
  readonly cluster: string;
  readonly at: string;
  /** Kinds of which all objects are there, so that what is not there does not exist. */
  readonly listed?: readonly { readonly kind: string; readonly namespace?: string }[];
}

/**
 * Objects, declared calls, checks, audit entries, alerts, events, what could not be read; then the heartbeats after the end. A capture
 * is of one cluster, whatever name its alerts have for it.
 */
export function* captureEnvelopes(
  contents: Contents,
  { tenant, cluster, at, listed = [] }: CaptureHead,
): Generator<Envelope> {
  const number = createArrivals();
  const heartbeats = createHeartbeats();
  const time = Date.parse(at);
  // Whoever wrote the files has heard the cluster, even where it had nothing to tell.
  heartbeats.hear(cluster, 'kubernetes.object', time);

  function* arrive(source: Source, items: readonly Item[], when = at): Generator<Envelope> {
    if (items.length === 0) return;
    if (items.some((item) => item.type !== 'unreadable')) heartbeats.hear(cluster, source, time);
    yield* number({ schema: 1, tenant, cluster, source, instance: INSTANCE, at: when, items: [...items] });
  }

  const marks = (type: ListMarkerItem['type']) =>
    listed.filter(({ kind }) => kind !== 'Event').map((list): Item => ({ type, ...list }));
  yield* arrive('kubernetes.object', [...marks('list-begin'), ...contents.objects(), ...marks('list-end')]);
  yield* arrive('dependency', contents.dependencies());
  const checks = contents.checks();
  if (checks) yield* arrive('lookup', [{ type: 'lookup', kind: 'checks', arguments: {}, status: 'ok', value: checks }]);
  yield* arrive('audit.event', contents.audit());
  yield* arrive('alertmanager.alerts', contents.alerts());
  yield* arrive('kubernetes.event', contents.events());
  for (const source of countedSources) yield* arrive(source, contents.unreadable().get(source) ?? []);
  for (const beat of heartbeats.trail(time)) {
    const items = beat.sources.map((source): Item => ({ type: 'heartbeat', source, instance: INSTANCE }));
    yield* arrive('heartbeat', items, beat.at);
  }
}
