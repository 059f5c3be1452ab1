// Which of those that share something overlap in time.
import type { IncidentRow } from './rows.ts';

/** One incident that may have to do with a cause, and how surely. */
export interface Sharer {
  /** The key of its row. */
  readonly id: string;
  readonly row: IncidentRow;
  readonly weight: number;
  /** When it began, and when it was over: milliseconds since the epoch, Infinity while it lasts. */
  readonly from: number;
  readonly to: number;
}

export const byOnset = (one: Sharer, other: Sharer): number => one.from - other.from || (one.id < other.id ? -1 : 1);

/** Runs of those that begin while an earlier one lasts, or soon after. @param sharers by onset. */
export function overlapping(sharers: readonly Sharer[], window: number): Sharer[][] {
  let lasts = Number.NEGATIVE_INFINITY;
  return split(sharers, (next) => {
    const apart = next.from > lasts + window;
    lasts = apart ? next.to : Math.max(lasts, next.to);
    return apart;
  });
}

/** Runs of those that begin soon after one another. @param sharers by onset. */
export function beginningTogether(sharers: readonly Sharer[], window: number): Sharer[][] {
  let last = Number.NEGATIVE_INFINITY;
  return split(sharers, (next) => {
    const apart = next.from > last + window;
    last = next.from;
    return apart;
  });
}

function split(sharers: readonly Sharer[], isApart: (next: Sharer) => boolean): Sharer[][] {
  const runs: Sharer[][] = [];
  for (const each of sharers) {
    if (isApart(each) || runs.length === 0) runs.push([each]);
    else runs.at(-1)?.push(each);
  }
  return runs;
}

/** Those that begin within the window of one of the others. Both by onset. */
export function beginningNear(sharers: readonly Sharer[], others: readonly Sharer[], window: number): Sharer[] {
  let at = 0;
  return sharers.filter(({ from }) => {
    while (at < others.length && (others[at] as Sharer).from < from - window) at++;
    const near = others[at];
    return near !== undefined && near.from <= from + window;
  });
}

export const clustersOf = (sharers: Iterable<Sharer>): Set<string> => {
  const clusters = new Set<string>();
  for (const { row } of sharers) clusters.add(row.cluster);
  return clusters;
};
