// A capture as a directory: typed lists by kind, events, alerts, logs, as kubectl and Alertmanager would have written them.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { KubeObject, LogExcerpt } from '@winnow/contracts';
import type { CaptureFold } from './capture-fold.ts';
import { listedAlert } from './native-alerts.ts';
import { nativeAudit } from './native-audit.ts';
import { nativeEvent, nativeKube } from './native-kubernetes.ts';

/** Writes the files into a directory that is made where it does not exist. @returns their paths in it, sorted. */
export async function writeCapture(directory: string, cluster: string, fold: CaptureFold): Promise<readonly string[]> {
  const files = filesOf(cluster, fold);
  for (const [name, text] of files) {
    const path = join(directory, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  return [...files.keys()].sort();
}

function filesOf(cluster: string, fold: CaptureFold): Map<string, string> {
  const files = new Map<string, string>([['capture.json', json({ cluster, capturedAt: fold.at })]]);
  for (const [name, list] of listsOf(fold.objects())) files.set(name, json(list));
  const events = fold.events().map(nativeEvent);
  if (events.length > 0) files.set('events.json', json({ kind: 'EventList', apiVersion: 'v1', items: events }));
  const alerts = fold.alerts().map(listedAlert);
  if (alerts.length > 0) files.set('alerts.json', json(alerts));
  const dependencies = fold.dependencies().map(({ type: _, ...dependency }) => dependency);
  if (dependencies.length > 0) files.set('dependencies.json', json(dependencies));
  const audit = fold.audit().map((entry) => `${JSON.stringify(nativeAudit(entry))}\n`);
  if (audit.length > 0) files.set('audit.log', audit.join(''));
  for (const log of fold.logs()) {
    const name = logName(log);
    if (name !== undefined) files.set(name, log.lines.map((line) => `${line}\n`).join(''));
  }
  return files;
}

/** `PodList` and the like by the names of their files; kinds that other groups have too keep these apart by their names. */
function listsOf(objects: readonly KubeObject[]): Map<string, { items: unknown[] }> {
  const lists = new Map<string, { kind: string; apiVersion: string | undefined; items: unknown[] }>();
  for (const object of objects) {
    const native = nativeKube(object);
    const kind = String(native.kind);
    const name = `${fileName(object.kind === 'Other' ? object.otherKind : kind)}.json`;
    const list = lists.get(name) ?? { kind: `${kind}List`, apiVersion: object.apiVersion, items: [] };
    list.items.push(native);
    lists.set(name, list);
  }
  return lists;
}

/** `Ingress` → ingresses. Two kinds never share a name; no name is one of those that mean something else. */
function fileName(kind: string): string {
  const plain = kind.toLowerCase().replace(/[^a-z0-9.-]/g, '_');
  const [singular = '', ...group] = plain.split('.');
  const plural = /(?:s|x|ch)$/.test(singular)
    ? `${singular}es`
    : /[^aeiou]y$/.test(singular)
      ? `${singular.slice(0, -1)}ies`
      : `${singular}s`;
  return ['events', 'alerts', 'dependencies', 'metrics', 'checks'].includes(plural) && group.length === 0
    ? `objects-${plural}`
    : [plural, ...group].join('.');
}

/** Names of Kubernetes are names of files; anything else could lead out of the directory. */
const safe = /^[a-zA-Z0-9][a-zA-Z0-9._-]*$/;

function logName({ namespace, pod, container, previous }: LogExcerpt): string | undefined {
  if (![namespace, pod, container].every((name) => safe.test(name) && !name.includes('..'))) return undefined;
  return `logs/${namespace}/${pod}/${container}${previous ? '.previous' : ''}.log`;
}

const json = (value: unknown) => `${JSON.stringify(value, null, 1)}\n`;
