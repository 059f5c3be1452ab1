// Memory before an OOM kill: the limit, sizes that are known to be needed, and the shape of its growth.
import { type Evidence, entity, type MetricSeries } from '@winnow/contracts';
import { cite, citeLog, citeObject } from '../clue.ts';
import { bytesOf, quantity, showBytes } from './quantity.ts';
import type { ContainerView } from './workloads.ts';
import type { World } from './world.ts';

export function memoryLimit(container: ContainerView): number | undefined {
  return quantity(container.spec?.resources?.limits?.memory);
}

export interface Need {
  readonly bytes: number;
  readonly evidence: Evidence;
}

const size = String.raw`(\d[\d,.]*)\s?(ki?b?|mi?b?|gi?b?|kilobytes?|megabytes?|gigabytes?)\b`;
const toHold = new RegExp(
  String.raw`(?:load|loading|alloc\w*|reserv\w*|read\w*|cach\w*|warm\w*|prefetch\w*|buffer\w*|import\w*|index\w*|hold\w*|need\w*|requir\w*|model|dataset|weights|heap|table|snapshot|working set|into memory|in memory)[^\n]{0,80}?${size}`,
  'i',
);
const total = new RegExp(String.raw`(?:of|/|total:?)\s?${size}`, 'i');

/** The largest size that env, arguments or the log say will be held in memory. */
export function knownNeed(container: ContainerView, world: World): Need | undefined {
  const needs = [...needsOfSpec(container), ...needsOfLog(container, world)];
  return needs.sort((a, b) => b.bytes - a.bytes)[0];
}

function needsOfSpec({ spec, workload, name }: ContainerView): Need[] {
  const at = (path: string, quote: string) => citeObject(workload.ref, `containers[${name}].${path}`, quote);
  const env = (spec?.env ?? []).flatMap((each): Need[] => {
    const bytes = sizeOfSetting(each.name, each.value ?? '');
    return bytes ? [{ bytes, evidence: at(`env ${each.name}`, `${each.name}=${each.value}`) }] : [];
  });
  const words = [...(spec?.command ?? []), ...(spec?.args ?? []), ...(spec?.env ?? []).map((each) => each.value ?? '')];
  const args = words.flatMap((word): Need[] => {
    const bytes = sizeOfArgument(word);
    return bytes ? [{ bytes, evidence: at('args', word) }] : [];
  });
  return [...env, ...args];
}

const memoryWord = /MEM|HEAP|CACHE|BUFFER|ALLOC|DATASET|WORKING_?SET|MODEL|POOL_SIZE|SHARED_BUFFERS|PRELOAD|VM_BYTES/i;

/** `CACHE_SIZE_MB=200`, `HEAP=512m`: only with a unit in the name or the value. */
function sizeOfSetting(name: string, value: string): number | undefined {
  if (!memoryWord.test(name)) return undefined;
  const inName = /_(k|m|g)i?b?$|_(kilo|mega|giga)bytes$/i.exec(name);
  const plain = /^\d+(\.\d+)?$/.test(value);
  if (inName && plain) return bytesOf(value, inName[1] ?? inName[2]);
  if (/_bytes$/i.test(name) && plain) return Number(value);
  const withUnit = /^(\d+(?:\.\d+)?)\s?([kmg])(?:i?b)?$/i.exec(value);
  return withUnit ? bytesOf(withUnit[1]!, withUnit[2]) : undefined;
}

function sizeOfArgument(word: string): number | undefined {
  const heap = /-Xm[sx](\d+)([kmg])/i.exec(word);
  if (heap) return bytesOf(heap[1]!, heap[2]);
  const old = /--max[-_]old[-_]space[-_]size=(\d+)/.exec(word);
  if (old) return bytesOf(old[1]!, 'm');
  const flag =
    /--?[\w-]*(?:mem|heap|cache|buffer|alloc|vm-bytes|maxmemory|size)[\w-]*[= ](\d+(?:\.\d+)?)\s?([kmg])i?b?\b/i.exec(
      word,
    );
  return flag ? bytesOf(flag[1]!, flag[2]) : undefined;
}

function needsOfLog(container: ContainerView, world: World): Need[] {
  const found: Need[] = [];
  for (const excerpt of world.logs.excerpts(container.workload, container.name).slice(0, 6))
    for (const line of excerpt.lines.slice(-200)) {
      const whole = total.exec(line) ?? toHold.exec(line);
      if (!whole || /limit|quota|request|rss\s*=|disk|max(?:imum)? (?:upload|body|file)/i.test(line)) continue;
      found.push({ bytes: bytesOf(whole[1]!, whole[2]), evidence: citeLog(excerpt, line) });
    }
  return found;
}

export interface Growth {
  /** ramp: it climbs over a life; step: it stands at the limit; burst: it is flat far below, and then dies; plateau: none of these. */
  readonly shape: 'ramp' | 'step' | 'burst' | 'plateau';
  readonly lives: number;
  readonly evidence: Evidence;
}

const memoryMetrics =
  /container_memory_(?:working_set|rss|usage)(?:_bytes)?$|memory_(?:working_set|rss|usage)|process_resident_memory|jvm_memory_used/;

/** The shape of the container's memory over its lives, from metrics. */
export function growthInMetrics(container: ContainerView, world: World): Growth | undefined {
  const limit = memoryLimit(container);
  const pods = new Set(container.workload.pods.map((pod) => pod.metadata.name));
  const series = world.dossier.metrics
    .filter(({ metric }) => memoryMetrics.test(metric.__name__ ?? '') && pods.has(metric.pod ?? ''))
    .filter(({ metric }) => !metric.container || metric.container === container.name)
    .sort((a, b) => b.values.length - a.values.length)[0];
  return series ? shapeOf(series, limit, container) : undefined;
}

function shapeOf(series: MetricSeries, limit: number | undefined, container: ContainerView): Growth | undefined {
  const points = series.values.map(([at, value]) => [at, Number(value)] as const).filter(([, value]) => value > 0);
  const lives = splitLives(points);
  const peak = Math.max(...points.map(([, value]) => value), 1);
  const ceiling = limit ?? peak;
  const ramps = lives.filter((life) => isRamp(life, ceiling));
  const rising = lives.filter((life) => life.length > 1);
  if (points.length < 3) return undefined;
  const shape =
    ramps.length > 0 && ramps.length * 2 >= Math.max(1, rising.length)
      ? 'ramp'
      : points.filter(([, value]) => value > 0.9 * ceiling).length * 2 >= points.length
        ? 'step'
        : isBurst(lives, ceiling)
          ? 'burst'
          : 'plateau';
  const quote = points
    .slice(-14)
    .map(([, value]) => showBytes(value))
    .join(' ');
  const name = `${series.metric.__name__}{pod="${series.metric.pod}",container="${container.name}"}`;
  return {
    shape,
    lives: lives.length,
    evidence: cite('metric', name, `${quote}${limit ? ` (limit ${showBytes(limit)})` : ''}`),
  };
}

/** Each life is level, well below the ceiling, but for its last two samples at most. */
function isBurst(lives: readonly (readonly Point[])[], ceiling: number): boolean {
  const ended = lives.slice(0, -1).filter((life) => life.length >= 5);
  return (
    ended.length > 0 &&
    ended.every((life) => {
      const body = life.slice(1, -2).map(([, value]) => value);
      return Math.max(...body) - Math.min(...body) < 0.1 * ceiling && Math.max(...body) < 0.75 * ceiling;
    })
  );
}

type Point = readonly [number, number];

/** A fall by more than a third is a new life. */
function splitLives(points: readonly Point[]): readonly (readonly Point[])[] {
  const lives: Point[][] = [];
  for (const point of points) {
    const life = lives.at(-1);
    const before = life?.at(-1);
    if (!life || !before || point[1] < 0.67 * before[1]) lives.push([point]);
    else life.push(point);
  }
  return lives;
}

/** Steady growth over at least four points, by at least a quarter of the ceiling, none of the steps most of it. */
function isRamp(life: readonly Point[], ceiling: number): boolean {
  if (life.length < 4) return false;
  const steps = life.slice(1).map((point, i) => point[1] - life[i]![1]);
  const rise = life.at(-1)![1] - life[0]![1];
  const up = steps.filter((step) => step >= -0.01 * ceiling).length;
  return rise > 0.25 * ceiling && up >= 0.85 * steps.length && Math.max(...steps) < 0.5 * rise;
}

const counter =
  /\b(rss|heap(?:[_ ]?used)?|retained|cached?(?:[_ ]?(?:size|entries|items|objects))?|held|live(?:[_ ]objects)?|in[-_ ]?memory|mem(?:ory)?(?:[_ ]?(?:used|usage))?|buffer(?:ed|[_ ]size)?|queue(?:d|[_ ]?(?:size|len|length|depth))?|backlog|pending|entries|sessions|listeners|subscribers|handles|objects|allocated|residents?|used|size)["']?\s*[=:]\s*["']?(\d[\d,.]*)\s?(ki?b|mi?b|gi?b|[kmg]\b)?/gi;

/** Counters of what is kept (rss, retained, cached, queue, …) that only grow over a life. */
export function growthInLogs(container: ContainerView, world: World): Evidence | undefined {
  for (const excerpt of world.logs.excerpts(container.workload, container.name).slice(0, 6)) {
    const values = new Map<string, number[]>();
    const lines = excerpt.lines.slice(-300);
    for (const line of lines)
      for (const match of line.matchAll(counter)) {
        const name = match[1]!.toLowerCase();
        values.set(name, [...(values.get(name) ?? []), bytesOf(match[2]!, match[3])]);
      }
    for (const [name, seen] of [...values].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const rising = seen.slice(1).filter((value, i) => value > seen[i]!).length;
      if (seen.length < 4 || rising < 0.9 * (seen.length - 1) || seen.at(-1)! < 1.4 * seen[0]!) continue;
      return citeLog(
        excerpt,
        `${name}: ${seen[0]} … ${seen.at(-1)} over ${seen.length} lines; last: ${lines.at(-1) ?? ''}`,
      );
    }
  }
  return undefined;
}

export function limitEvidence(container: ContainerView): Evidence {
  const limit = container.spec?.resources?.limits?.memory;
  const ref = entity(container.workload.ref.kind, container.workload.namespace, container.workload.name);
  return citeObject(ref, `containers[${container.name}].resources.limits.memory`, limit ?? 'no limit');
}
