// Counts requests that the intake refused, for /metrics.
import type { Source } from '@winnow/contracts';

export interface Refusals {
  count(source: Source, code: number): void;
  list(): readonly { readonly source: Source; readonly code: number; readonly count: number }[];
}

export function createRefusals(): Refusals {
  const counts = new Map<string, { source: Source; code: number; count: number }>();
  return {
    count(source, code) {
      const key = `${source} ${code}`;
      const cell = counts.get(key) ?? { source, code, count: 0 };
      cell.count += 1;
      counts.set(key, cell);
    },
    list: () => [...counts.values()],
  };
}
