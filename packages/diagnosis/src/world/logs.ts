// Logs by workload: notable lines with what they complain about and whom they name. Bounded work whatever the size.
import type { Dossier, Evidence, LogExcerpt } from '@winnow/contracts';
import { entity } from '@winnow/contracts';
import { citeLog } from '../clue.ts';
import { endpointsIn, type Named } from './endpoints.ts';
import { isError, kindsOf, type LogKind } from './log-kinds.ts';
import type { Workload, Workloads } from './workloads.ts';

export interface LogLine {
  readonly text: string;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
  /** Position in its excerpt, counted from its end: 0 is the last line. */
  readonly fromEnd: number;
  readonly kinds: readonly LogKind[];
  readonly error: boolean;
  /** Endpoints that the line names, or else the nearest lines before it in the same burst. */
  readonly endpoints: readonly Named[];
  readonly evidence: Evidence;
}

export interface Logs {
  /** Lines with a complaint, newest run first. */
  complaints(workload: Workload): readonly LogLine[];
  /** Complaints of one of these kinds. */
  about(workload: Workload, ...kinds: readonly LogKind[]): readonly LogLine[];
  /** All kept lines of a workload (of one container): raw. */
  excerpts(workload: Workload, container?: string): readonly LogExcerpt[];
}

const LINES_PER_EXCERPT = 400;
const EXCERPTS_PER_WORKLOAD = 8;

export function readLogs(dossier: Dossier, workloads: Workloads): Logs {
  const byWorkload = new Map<string, LogExcerpt[]>();
  for (const excerpt of dossier.logs) {
    const workload = workloads.get(entity('Pod', excerpt.namespace, excerpt.pod));
    const list = workload && byWorkload.get(workload.key);
    if (list) list.push(excerpt);
    else if (workload) byWorkload.set(workload.key, [excerpt]);
  }
  const cache = new Map<string, readonly LogLine[]>();
  const complaints = (workload: Workload) => {
    const known = cache.get(workload.key);
    if (known) return known;
    const lines = choose(byWorkload.get(workload.key) ?? []).flatMap(linesOf);
    cache.set(workload.key, lines);
    return lines;
  };
  return {
    complaints,
    about: (workload, ...kinds) =>
      complaints(workload).filter((line) => line.kinds.some((kind) => kinds.includes(kind))),
    excerpts: (workload, container) =>
      (byWorkload.get(workload.key) ?? []).filter((each) => container === undefined || each.container === container),
  };
}

/** Runs that ended tell most, so previous ones come first. */
function choose(excerpts: readonly LogExcerpt[]): readonly LogExcerpt[] {
  return [...excerpts].sort((a, b) => Number(b.previous) - Number(a.previous)).slice(0, EXCERPTS_PER_WORKLOAD);
}

function linesOf(excerpt: LogExcerpt): LogLine[] {
  const { pod, container, previous } = excerpt;
  const lines = excerpt.lines.slice(-LINES_PER_EXCERPT);
  const found: LogLine[] = [];
  for (const [index, text] of lines.entries()) {
    const kinds = kindsOf(text);
    const error = isError(text);
    if (kinds.length === 0 && !error) continue;
    found.push({
      text,
      pod,
      container,
      previous,
      fromEnd: lines.length - 1 - index,
      kinds,
      error,
      endpoints: endpointsNear(lines, index),
      evidence: citeLog(excerpt, text),
    });
  }
  return found.reverse();
}

const NEAR = 12;

/** A stack trace or a bare message belongs to the endpoint that was named just before (or, for traces, right after). */
function endpointsNear(lines: readonly string[], index: number): readonly Named[] {
  for (let at = index; at >= Math.max(0, index - NEAR); at--) {
    const named = endpointsIn(lines[at] ?? '').filter((each) => at === index || !isListening(lines[at] ?? '', each));
    if (named.length > 0 && !isListening(lines[at] ?? '', named[0]!)) return named;
  }
  for (let at = index + 1; at <= Math.min(lines.length - 1, index + 4); at++) {
    const named = endpointsIn(lines[at] ?? '');
    if (named.length > 0 && !isListening(lines[at] ?? '', named[0]!)) return named;
  }
  return [];
}

function isListening(line: string, named: Named): boolean {
  return (
    /^\d|listen|serving|bound to|started on|running (?:on|at)/i.test(named.host) ||
    /listen|serving on|running on|started on/i.test(line)
  );
}
