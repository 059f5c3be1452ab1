// Edges by configuration: a file in the form of dependencies.json, read again when it has changed.
import { readFile, stat } from 'node:fs/promises';
import { type DependencyItem, fieldsOf, type SourceState, textIn } from '@winnow/contracts';
import { readDependencies, type ToldEdge } from './core.ts';
import { every, type LiveSource } from './live-source.ts';
import { type SourceOptions, tellEdges } from './tell-edges.ts';

export interface StaticEdgesOptions extends SourceOptions {
  readonly path: string;
  /** Milliseconds between looks at the file: 10,000 where absent. */
  readonly lookEvery?: number;
}

/** An entry may name its cluster beside `from` and `to`. What is taken out of the file is told to be gone. */
export function startStaticEdges(options: StaticEdgesOptions): LiveSource {
  let told = new Map<string, ToldEdge>();
  let seen = '';
  let state: SourceState = 'syncing';
  let details: readonly string[] = [];

  async function look(): Promise<void> {
    try {
      const { mtimeMs, size, ino } = await stat(options.path);
      const stamp = `${mtimeMs} ${size} ${ino}`;
      if (stamp === seen) return;
      const { edges, problems } = readEdges(await readFile(options.path, 'utf8'));
      const gone = [...told].filter(([key]) => !edges.has(key)).map(([, edge]) => asGone(edge));
      await tellEdges(options, [...edges.values(), ...gone]);
      [told, seen, state, details] = [edges, stamp, 'connected', problems];
    } catch (error) {
      [state, details, seen] = ['blind', [`${options.path}: ${(error as Error).message}`], ''];
    }
  }

  const looking = every(options.lookEvery ?? 10_000, look, options.onError, true);
  const { cluster, instance } = options;
  return {
    status: () => [{ source: 'dependency', cluster, instance, state, details }],
    readMetrics: () => [],
    stop: looking.stop,
  };
}

const asGone = ({ cluster, item }: ToldEdge): ToldEdge => ({ cluster, item: { ...item, gone: true } });

/** @throws SyntaxError where the text is not JSON. */
function readEdges(text: string): { readonly edges: Map<string, ToldEdge>; readonly problems: readonly string[] } {
  const payload: unknown = JSON.parse(text);
  const entries = Array.isArray(payload) ? payload : [payload];
  const edges = new Map<string, ToldEdge>();
  const problems: string[] = [];
  for (const [at, item] of readDependencies(entries, { at: '', place: '' }).entries()) {
    if (item.type === 'unreadable') problems.push(`${item.place}: expected ${item.expected}, found ${item.found}`);
    if (item.type !== 'dependency') continue;
    const cluster = textIn(fieldsOf(entries[at]).cluster) ?? '';
    edges.set(keyOf(cluster, item), { cluster, item: { ...item, via: 'declared' } });
  }
  return { edges, problems: problems.slice(0, 20) };
}

const keyOf = (cluster: string, { from, to }: DependencyItem): string => JSON.stringify([cluster, from, to]);
