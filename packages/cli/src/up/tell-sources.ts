// Says on stderr how the watched clusters come to stand, once for each turn: that one is unreachable is no reason not to run.
import type { SourceState, SourceStatus } from '@winnow/contracts';
import { harmless } from '../render/layout.ts';

const words: Readonly<Record<SourceState, string>> = {
  connected: 'is seen',
  syncing: 'is being read',
  blind: 'is not seen: whether it is well nobody knows',
  refused: 'is seen in part',
};

/** Milliseconds. */
const EVERY = 1_000;

export interface SourceTeller {
  stop(): void;
}

/** @param status of the clusters' sources, as they stand when it is called. */
export function tellSources(status: () => readonly SourceStatus[], say: (text: string) => void): SourceTeller {
  const tell = createSourceTeller(say);
  const timer = setInterval(() => tell(status()), EVERY).unref();
  return { stop: () => clearInterval(timer) };
}

/** Remembers what it has said. That one is being read at the start is no news. */
export function createSourceTeller(say: (text: string) => void): (statuses: readonly SourceStatus[]) => void {
  const said = new Map<string, SourceState>();
  return (statuses) => {
    for (const { source, cluster, state, details } of statuses) {
      // Events come over the same connection.
      if (source !== 'kubernetes.object' || said.get(cluster) === state) continue;
      const isFirst = !said.has(cluster);
      said.set(cluster, state);
      if (isFirst && state === 'syncing') continue;
      const why = details.length > 0 ? ` (${details.join('; ')})` : '';
      say(harmless(`Cluster ${cluster} ${words[state]}${why}.`));
    }
  };
}
