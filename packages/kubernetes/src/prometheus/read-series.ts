// Series of a range query's answer, as look-ups have them.
import { fieldsOf, isFields, type MetricSeries } from '@winnow/contracts';
import { redactText } from '@winnow/redaction';
import type { MetricQuery } from './queries.ts';

/** Series of one query, at most. */
const MOST = 200;

/** Reads `data.result` of a matrix; series without a number are left out. */
export function readSeries(answer: unknown, query: MetricQuery): readonly MetricSeries[] {
  const { result } = fieldsOf(fieldsOf(answer).data);
  const series = (Array.isArray(result) ? result : []).filter(isFields).slice(0, MOST);
  return series.flatMap(({ metric, values }) => {
    const points = (Array.isArray(values) ? values : []).flatMap(readPoint);
    return points.length === 0 ? [] : [{ metric: readLabels(fieldsOf(metric), query), values: points }];
  });
}

function readPoint(point: unknown): [number, string][] {
  if (!Array.isArray(point)) return [];
  const [at, value] = point as unknown[];
  return typeof at === 'number' && typeof value === 'string' && Number.isFinite(Number(value)) ? [[at, value]] : [];
}

function readLabels(metric: Readonly<Record<string, unknown>>, { name, rename = {} }: MetricQuery) {
  const labels: Record<string, string> = { __name__: name };
  for (const [label, value] of Object.entries(metric)) {
    if (typeof value !== 'string' || label.startsWith('exported_')) continue;
    labels[rename[label] ?? label] = redactText(value);
  }
  // What the target itself said counts before what the scrape put in its place.
  for (const [label, value] of Object.entries(metric)) {
    if (typeof value === 'string' && label.startsWith('exported_'))
      labels[label.slice('exported_'.length)] = redactText(value);
  }
  return labels;
}
