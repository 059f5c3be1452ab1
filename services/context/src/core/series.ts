// Metric series that name something near the incident.
import { entityOfKey, type MetricSeries } from '@winnow/contracts';
import { MAX_POINTS, MAX_SERIES } from './budget.ts';
import { takeWithin } from './within.ts';

/**
 * Series by how near the entity is that they name in a label, those that name none last; each with its last points.
 * @param keys entities of the dossier, nearest first.
 */
export function relevantSeries(series: readonly MetricSeries[], keys: ReadonlySet<string>, characters: number) {
  const names = [...keys].map((key) => entityOfKey(key).name);
  const rank = new Map(names.map((name, index) => [name, index] as const).reverse());
  const rankOf = ({ metric }: MetricSeries) =>
    Math.min(...Object.values(metric).map((value) => rank.get(value) ?? names.length));
  const ordered = series.map((each) => ({ each, rank: rankOf(each) })).sort((a, b) => a.rank - b.rank);
  const bounded = ordered.slice(0, MAX_SERIES).map(({ each }) => ({ ...each, values: each.values.slice(-MAX_POINTS) }));
  const { kept } = takeWithin(bounded, characters);
  return { kept, leftOut: series.length - kept.length };
}
