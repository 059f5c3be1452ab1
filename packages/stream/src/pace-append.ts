// Puts sources that can wait under the budgets of their clusters: a watch or a file is read no further until there is room. Events of
// ordinary work are shed instead, counted in the record: they hold nobody up, and nobody misses them.
import { countedSources, type Envelope, type Item, rankOf } from '@winnow/contracts';
import type { ClusterBudgets } from './cluster-budgets.ts';

export interface PaceAppend {
  readonly append: (envelopes: readonly Envelope[]) => Promise<void>;
  readonly budgets: ClusterBudgets;
  /** Milliseconds on a clock that never goes back (`performance.now` where absent). */
  readonly now?: () => number;
  readonly sleep?: (milliseconds: number) => Promise<unknown>;
  /** Once it is aborted nothing waits any longer. */
  readonly signal?: AbortSignal;
}

/** Milliseconds. Room may come sooner than expected: the flow has caught up. */
const NAP = { shortest: 20, longest: 1_000 };

/** Takes the place of `append` for sources that are read, not posted. Rejects as `append` does. */
export function paceAppend(options: PaceAppend): PaceAppend['append'] {
  const { append, budgets, now = () => performance.now(), sleep = nap, signal } = options;

  async function wait(envelope: Envelope, count: number): Promise<void> {
    while (count > 0 && !signal?.aborted && !budgets.takeInTurn(envelope, count, now())) {
      const milliseconds = budgets.waitFor(envelope, 'other', 1, now()) * 1000;
      await sleep(Math.min(NAP.longest, Math.max(NAP.shortest, milliseconds)));
    }
  }

  async function paced(envelope: Envelope): Promise<Envelope> {
    const { source, items } = envelope;
    if (!countedSources.includes(source) || budgets.takeFreely(envelope, items.length, now())) return envelope;
    const minor = source === 'kubernetes.event' ? items.filter(isMinor).length : 0;
    const { other } = budgets.takeByRank(envelope, { ...nothing, other: minor }, now());
    await wait(envelope, items.length - minor);
    return other === minor ? envelope : without(envelope, minor - other, other);
  }

  return async (envelopes) => {
    const taken: Envelope[] = [];
    for (const envelope of envelopes) taken.push(await paced(envelope));
    await append(taken);
  };
}

/** Keeps the first of the events of ordinary work, as many as there is room for. */
function without(envelope: Envelope, count: number, kept: number): Envelope {
  let room = kept;
  const items = envelope.items.filter((item) => !isMinor(item) || room-- > 0);
  return { ...envelope, items, shed: [{ reason: 'rate-budget', rank: 'other', count }] };
}

const nothing = { control: 0, critical: 0, warning: 0, other: 0, repeat: 0 };
const isMinor = (item: Item): boolean => rankOf(item) === 'other';
const nap = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
