import type { Checks, KubeObject } from '@winnow/contracts';
import { entityKey, kindOf } from '@winnow/contracts';
import type { ClusterReader } from '@winnow/stream';

/** Several readers of one cluster as one: what any of them tells. Of an object that several know the first one's state counts. */
export function combineReaders(readers: readonly ClusterReader[]): ClusterReader {
  async function all<T>(
    ask: (reader: ClusterReader) => Promise<readonly T[] | undefined>,
  ): Promise<readonly T[] | undefined> {
    const answers = await Promise.all(readers.map(ask));
    const told = answers.filter((answer) => answer !== undefined);
    return told.length === 0 ? undefined : told.flat();
  }
  return {
    objects: async (...asked) => onceEach(await all((reader) => reader.objects(...asked)), keyOf),
    logs: async (request) =>
      onceEach(await all((reader) => reader.logs(request)), (log) => `${log.pod} ${log.container} ${log.previous}`),
    events: async (...asked) =>
      onceEach(await all((reader) => reader.events(...asked)), (event) => JSON.stringify(event)),
    metrics: async (...asked) =>
      onceEach(await all((reader) => reader.metrics(...asked)), (series) => JSON.stringify(series.metric)),
    checks: async (until) => {
      const told = (await Promise.all(readers.map((reader) => reader.checks(until)))).filter(
        (checks) => checks !== undefined,
      );
      return told.length === 0 ? undefined : mergeChecks(told);
    },
  };
}

function keyOf(object: KubeObject): string {
  const { namespace, name } = object.metadata;
  return entityKey({ kind: kindOf(object), ...(namespace ? { namespace } : {}), name });
}

/** The first of each key; a log without lines gives way to one with some. */
function onceEach<T>(all: readonly T[] | undefined, key: (each: T) => string): readonly T[] | undefined {
  if (all === undefined) return undefined;
  const first = new Map<string, T>();
  for (const each of all) if (isEmptyLog(first.get(key(each)))) first.set(key(each), each);
  return [...first.values()];
}

function isEmptyLog(each: unknown): boolean {
  if (each === undefined) return true;
  return (
    typeof each === 'object' && each !== null && 'lines' in each && Array.isArray(each.lines) && each.lines.length === 0
  );
}

function mergeChecks(all: readonly Checks[]): Checks {
  return {
    connectivity: all.flatMap((checks) => checks.connectivity),
    nodeServices: all.flatMap((checks) => checks.nodeServices),
  };
}
