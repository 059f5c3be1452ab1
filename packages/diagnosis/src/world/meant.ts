// Whom a Service is evidently for, where its selector does not say so.
import { portsOf } from './ports.ts';
import { matchesLabels } from './selectors.ts';
import type { ServiceView } from './services.ts';
import type { Workload } from './workloads.ts';
import type { World } from './world.ts';

interface Meant {
  readonly workload: Workload;
  readonly score: number;
}

/** The workload that a Service is evidently for: by a former selector, by name, by shared labels, by port. */
export function meantBy(service: ServiceView, world: World): Meant | undefined {
  const near = world.workloads.all.filter((each) => each.namespace === service.ref.namespace && each.pods.length > 0);
  const scored = near.map((workload) => ({ workload, score: likeness(service, workload, world) }));
  return scored.filter((each) => each.score >= 2).sort((a, b) => b.score - a.score)[0];
}

function likeness(service: ServiceView, workload: Workload, world: World): number {
  const labels = workload.pods[0]?.metadata.labels ?? workload.labels;
  const same = Object.entries(service.selector).filter(([key, value]) => labels[key] === value).length;
  const keys = Object.keys(service.selector).filter((key) => labels[key] !== undefined).length;
  const stem = service.ref.name.replace(/-(?:svc|service|headless)$/, '');
  const name =
    workload.name === service.ref.name || workload.name === stem ? 3 : sharesWord(stem, workload.name) ? 1 : 0;
  const values = Object.values(labels);
  const close = Object.values(service.selector).some((value) => values.some((other) => sharesWord(value, other)))
    ? 1
    : 0;
  const ports = (service.object.spec?.ports ?? []).some((port) => reaches(port.targetPort ?? port.port, workload))
    ? 1
    : 0;
  const before = formerSelectors(service, world).some((selector) => matchesLabels(selector, labels)) ? 4 : 0;
  return name + close + ports + before + same + (keys > 0 ? 0.5 : 0);
}

function sharesWord(a: string, b: string): boolean {
  const words = (text: string) =>
    text
      .toLowerCase()
      .split(/[-_.]/)
      .filter((word) => word.length > 2);
  const [left, right] = [words(a), words(b)];
  return (
    left.some((word) => right.includes(word)) || (a.length > 3 && b.startsWith(a)) || (b.length > 3 && a.startsWith(b))
  );
}

function formerSelectors(service: ServiceView, world: World): readonly Record<string, string>[] {
  return world.changesOf(service.ref).map((change) => {
    const diffs = change.diff.filter((each) => each.path.startsWith('spec.selector') && each.before !== undefined);
    const former: Record<string, string> = { ...service.selector };
    for (const diff of diffs) Object.assign(former, readSelector(diff.path, diff.before!));
    return diffs.length > 0 ? former : { ' ': ' ' };
  });
}

function readSelector(path: string, before: string): Record<string, string> {
  const key = path.replace(/^spec\.selector\.?/, '').replace(/^\[?"?|"?\]?$/g, '');
  if (key !== '') return { [key]: before };
  try {
    return JSON.parse(before) as Record<string, string>;
  } catch {
    return {};
  }
}

function reaches(port: number | string | undefined, workload: Workload): boolean {
  const ports = portsOf(workload);
  return ports.some((each) => each.number === port || each.name === port);
}
