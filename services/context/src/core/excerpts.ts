// Log excerpts within their budget: the last lines of each container, the nearest containers first.
import type { LogExcerpt } from '@winnow/contracts';
import { MAX_LOG_CHARACTERS, SECTION_CHARACTERS } from './budget.ts';

/** Runs of one line are told once, and each excerpt keeps its last lines. */
export function boundExcerpts(excerpts: readonly LogExcerpt[]): readonly LogExcerpt[] {
  let left: number = SECTION_CHARACTERS.logs;
  return excerpts.flatMap((excerpt) => {
    const bounded = keepLast(foldRuns(excerpt), Math.min(left, MAX_LOG_CHARACTERS));
    left -= bounded.lines.reduce((sum, line) => sum + line.length + 4, 0);
    return bounded.lines.length === 0 ? [] : [bounded];
  });
}

/** The same line again and again becomes one, with how often. */
export function foldRuns(excerpt: LogExcerpt): LogExcerpt {
  const lines: string[] = [];
  let count = 0;
  excerpt.lines.forEach((line, index) => {
    count += 1;
    if (excerpt.lines[index + 1] === line) return;
    lines.push(count > 1 ? `${line} (repeated ${count} times)` : line);
    count = 0;
  });
  return { ...excerpt, lines };
}

function keepLast(excerpt: LogExcerpt, characters: number): LogExcerpt {
  let size = 0;
  let first = excerpt.lines.length;
  while (first > 0) {
    size += (excerpt.lines[first - 1] ?? '').length + 4;
    if (size > characters) break;
    first -= 1;
  }
  return { ...excerpt, lines: excerpt.lines.slice(first), omitted: excerpt.omitted + first };
}
