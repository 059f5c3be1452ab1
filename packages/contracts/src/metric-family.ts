// What a part of Winnow shows of itself on `/metrics`, before it is text.
export interface MetricSample {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** One metric of Prometheus' text format. Names start with `winnow_`; counters end in `_total`. */
export interface MetricFamily {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly samples: readonly MetricSample[];
}

/** Shows the current figures when it is called. */
export type ReadMetrics = () => readonly MetricFamily[];
