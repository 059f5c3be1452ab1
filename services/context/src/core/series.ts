// Metric series that name something near the incident.
import { entityOfKey, type MetricSeries } from '@winnow/contracts';
import { MAX_POINTS, MAX_SERIES, SECTION_CHARACTERS } from './budget.ts';
import { takeWithin } from './within.ts';

/** Series that name one of these entities in a label, then the others, each with its last points. */
export function relevantSeries(series: readonly MetricSeries[], keys: ReadonlySet<string>) {
  const names = new Set([...keys].map((key) => entityOfKey(key).name));
  const isNear = (each: MetricSeries) => Object.values(each.metric).some((value) => names.has(value));
  const ordered = [...series.filter(isNear), ...series.filter((each) => !isNear(each))];
  const bounded = ordered.slice(0, MAX_SERIES).map((each) => ({ ...each, values: each.values.slice(-MAX_POINTS) }));
  const { kept } = takeWithin(bounded, SECTION_CHARACTERS.metrics);
  return { kept, leftOut: series.length - kept.length };
}
