// How each cluster's sources stand, for `winnow status`.
import type { SourceStatus } from '@winnow/contracts';
import type { Clock } from './clock.ts';
import { stateOf } from './core/state-of.ts';
import type { ClusterView } from './follow-cluster.ts';
import type { KindState } from './kind-state.ts';
import { type ClusterSource, clusterSources } from './vouch.ts';

const DETAILS = 20;

export function statusesOf(view: ClusterView, clock: Clock): SourceStatus[] {
  return clusterSources.map((source) => statusOf(view, source, clock));
}

function statusOf(
  { api, instance, kinds, vouching, trouble }: ClusterView,
  source: ClusterSource,
  clock: Clock,
): SourceStatus {
  const own = kinds.filter(({ kind }) => kind.source === source);
  const heard = vouching.isHeard(source);
  const heardAt = latest(own.map((state) => state.heardAt));
  const lag = latest(own.map((state) => state.lag));
  return {
    source,
    cluster: api.name,
    instance,
    state: stateOf(
      heard,
      own.map(({ kind, ...state }) => ({ ...state, optional: kind.optional })),
    ),
    ...(heardAt !== undefined && { lastByteAt: wallTime(clock, heardAt) }),
    ...(lag !== undefined && { lagSeconds: lag }),
    details: detailsOf(own, trouble),
  };
}

function detailsOf(kinds: readonly KindState[], trouble: string | undefined): string[] {
  const told = kinds.flatMap(({ detail }) => (detail === undefined ? [] : [detail]));
  return [...new Set([...(trouble === undefined ? [] : [trouble]), ...told])].slice(0, DETAILS);
}

function latest(all: readonly (number | undefined)[]): number | undefined {
  const known = all.filter((each) => each !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
}

const wallTime = (clock: Clock, at: number): string => new Date(clock.wall() - (clock.now() - at)).toISOString();
