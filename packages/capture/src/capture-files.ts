// Which files a capture has, and what each is by its place and name.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

export type CaptureFile = {
  /** Relative to the capture, with `/`. */
  readonly name: string;
  readonly path: string;
} & (
  | {
      readonly is:
        | 'objects'
        | 'capture.json'
        | 'alerts.json'
        | 'audit.log'
        | 'dependencies.json'
        | 'metrics.json'
        | 'checks.json';
    }
  | {
      readonly is: 'log';
      readonly namespace: string;
      readonly pod: string;
      readonly container: string;
      readonly previous: boolean;
    }
  /** `kubectl cluster-info dump`: the logs of all containers of a pod, one after the other. */
  | { readonly is: 'pod-logs'; readonly namespace: string; readonly pod: string }
);

const special = [
  'capture.json',
  'alerts.json',
  'audit.log',
  'dependencies.json',
  'metrics.json',
  'checks.json',
] as const;
const log = /(?:^|\/)logs\/([^/]+)\/([^/]+)\/([^/]+?)(\.previous)?\.log$/;
const podLogs = /(?:^|\/)([^/]+)\/([^/]+)\/logs\.txt$/;

function classify(name: string, path: string): CaptureFile | undefined {
  const plain = name.replace(/\.gz$/, '');
  const base = plain.slice(plain.lastIndexOf('/') + 1);
  const is = special.find((each) => each === base);
  if (is) return { name, path, is };
  const [, namespace = '', pod = '', container = '', previous] = log.exec(plain) ?? [];
  if (container) return { name, path, is: 'log', namespace, pod, container, previous: previous !== undefined };
  const [, dumpedNamespace, dumpedPod] = podLogs.exec(plain) ?? [];
  if (dumpedNamespace && dumpedPod) return { name, path, is: 'pod-logs', namespace: dumpedNamespace, pod: dumpedPod };
  return /\.(?:json|ya?ml)$/.test(base) ? { name, path, is: 'objects' } : undefined;
}

/** All files that a capture's reader knows, in the order of their names. Hidden ones and what else lies there are passed over. */
export async function captureFiles(directory: string, prefix = ''): Promise<CaptureFile[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const files: CaptureFile[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue;
    const path = join(directory, entry.name);
    const name = prefix + entry.name;
    // A link to a directory could lead round in a circle.
    if (entry.isDirectory()) files.push(...(await captureFiles(path, `${name}/`)));
    else if (entry.isFile() || entry.isSymbolicLink())
      files.push(...[classify(name, path)].filter((file) => file !== undefined));
  }
  return files;
}
