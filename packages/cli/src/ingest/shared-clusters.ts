// Clusters that one instance of the intake has heard of are vouched for by all of them: whoever sends may reach any, and each may be the
// last one that is left.
import { fieldsOf, known, textIn } from '@winnow/contracts';
import type { RunningAlertIntake } from '@winnow/ingest-alerts';
import type { Checkpoints } from '@winnow/stream';

export interface ShareClusters {
  readonly seen: RunningAlertIntake['seen'];
  readonly checkpoints: Checkpoints;
  /** The same for all instances. */
  readonly key: string;
  readonly onError: (error: unknown) => void;
  /** Milliseconds between two looks (5,000). */
  readonly every?: number;
}

export interface SharedClusters {
  stop(): Promise<void>;
}

/** Of a list that all instances write: what one of them overwrites, its owner adds again. */
const MOST = 1_000;

/** Loads what is known at once, then shares regularly. That it cannot be reached delays nobody. */
export function shareClusters({ seen, checkpoints, key, onError, every = 5_000 }: ShareClusters): SharedClusters {
  let running: Promise<void> | undefined;

  async function share(): Promise<void> {
    const kept = readKept(await checkpoints.load(key));
    const here = new Set(seen.list().map(keyOf));
    for (const each of kept) if (!here.has(keyOf(each))) seen.add(each.cluster, each.tenant);
    const there = new Set(kept.map(keyOf));
    const fresh = seen.list().filter((each) => !there.has(keyOf(each)));
    if (fresh.length > 0) await checkpoints.save(key, [...kept, ...fresh].slice(-MOST));
  }

  const run = () => {
    running ??= share()
      .catch(onError)
      .finally(() => {
        running = undefined;
      });
  };
  run();
  const timer = setInterval(run, every).unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

type Seen = ReturnType<RunningAlertIntake['seen']['list']>[number];
const keyOf = ({ cluster, tenant }: Seen): string => JSON.stringify([cluster, tenant]);

function readKept(value: unknown): readonly Seen[] {
  const entries = Array.isArray(value) ? value.map(fieldsOf) : [];
  return entries.flatMap(({ cluster, tenant }) => {
    const name = textIn(cluster);
    return name === undefined ? [] : [{ cluster: name, ...known({ tenant: textIn(tenant) }) }];
  });
}
