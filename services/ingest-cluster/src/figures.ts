// What this service shows of itself on /metrics, by cluster and kind.
import type { MetricFamily, MetricSample } from '@winnow/contracts';
import type { Clock } from './clock.ts';
import type { ClusterView } from './follow-cluster.ts';
import type { KindState } from './kind-state.ts';

type Labels = MetricSample['labels'];
type Read = (
  state: KindState,
  now: number,
) => readonly { readonly labels?: Labels; readonly value: number | undefined }[];

interface Figure extends Omit<MetricFamily, 'samples'> {
  readonly read: Read;
}

const one = (value: number | undefined) => [{ value }];
const byReason = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).map(([reason, value]) => ({ labels: { reason }, value }));
const age = (now: number, at: number | undefined) => (at === undefined ? undefined : (now - at) / 1000);

const figures: readonly Figure[] = [
  {
    name: 'winnow_cluster_seconds_since_last_byte',
    type: 'gauge',
    help: 'Seconds since the API server last told anything of a kind.',
    read: (state, now) => one(age(now, state.heardAt)),
  },
  {
    name: 'winnow_cluster_lists_total',
    type: 'counter',
    help: 'Lists that were begun, by why they were needed.',
    read: (state) => byReason(state.lists),
  },
  {
    name: 'winnow_cluster_watch_restarts_total',
    type: 'counter',
    help: 'Watches that ended, by how.',
    read: (state) => byReason(state.restarts),
  },
  {
    name: 'winnow_cluster_objects_received_total',
    type: 'counter',
    help: 'Objects that lists and watches told of.',
    read: (state) => one(state.received),
  },
  {
    name: 'winnow_cluster_objects_suppressed_total',
    type: 'counter',
    help: 'Updates that were not sent on, by why.',
    read: (state) => [{ labels: { reason: 'same-facts' }, value: state.suppressed }],
  },
  {
    name: 'winnow_cluster_objects_unreadable_total',
    type: 'counter',
    help: 'Objects that could not be read: they are dead letters.',
    read: (state) => one(state.unreadable),
  },
  {
    name: 'winnow_cluster_bytes_received_total',
    type: 'counter',
    help: 'Bytes of lists and watches.',
    read: (state) => one(state.bytes),
  },
  {
    name: 'winnow_cluster_lag_seconds',
    type: 'gauge',
    help: 'Seconds between the latest write that a watch told of and its arrival; the API server tells whole seconds.',
    read: (state) => one(state.lag),
  },
  {
    name: 'winnow_cluster_checkpoint_age_seconds',
    type: 'gauge',
    help: 'Seconds since the place of a watch was saved.',
    read: (state, now) => one(age(now, state.savedAt)),
  },
  {
    name: 'winnow_cluster_kind_refused',
    type: 'gauge',
    help: '1 where this identity may not read the kind.',
    read: (state) => (state.phase === 'refused' ? one(1) : []),
  },
];

export function figuresOf(clusters: readonly ClusterView[], clock: Clock): MetricFamily[] {
  const now = clock.now();
  const own = figures.map(({ read, ...family }) => ({
    ...family,
    samples: clusters.flatMap((view) => view.kinds.flatMap((state) => samplesOf(view, state, read(state, now)))),
  }));
  return mergeFamilies([...own, ...clusters.flatMap(({ api }) => api.metrics()), unwritten(clusters)]);
}

function samplesOf({ api }: ClusterView, { kind }: KindState, read: ReturnType<Read>): MetricSample[] {
  return read.flatMap(({ labels, value }) =>
    value === undefined ? [] : [{ labels: { cluster: api.name, kind: kind.id, ...labels }, value }],
  );
}

function unwritten(clusters: readonly ClusterView[]): MetricFamily {
  return {
    name: 'winnow_cluster_append_failures_total',
    type: 'counter',
    help: 'Appends that failed and were tried again.',
    samples: clusters.map(({ api, sender }) => ({ labels: { cluster: api.name }, value: sender.failures() })),
  };
}

/** Every cluster's client tells of the same figures. */
function mergeFamilies(families: readonly MetricFamily[]): MetricFamily[] {
  const merged = new Map<string, MetricFamily>();
  for (const family of families) {
    const known = merged.get(family.name);
    merged.set(family.name, known ? { ...known, samples: [...known.samples, ...family.samples] } : family);
  }
  return [...merged.values()];
}
