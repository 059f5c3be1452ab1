// Heartbeats of a cluster's sources, for as long as they are heard; a cluster that says nothing is asked whether it is there.
import type { Envelope, Source } from '@winnow/contracts';
import type { ApiServer } from './api-server.ts';
import type { Clock } from './clock.ts';
import { isHeard, type KindHearing } from './core/vouch.ts';
import { Interrupted } from './ending.ts';
import { hear } from './hear-body.ts';
import type { KindState } from './kind-state.ts';
import type { Patience } from './patience.ts';

export const clusterSources = ['kubernetes.object', 'kubernetes.event'] as const satisfies readonly Source[];
export type ClusterSource = (typeof clusterSources)[number];

export interface VouchDeps {
  readonly api: ApiServer;
  readonly kinds: readonly KindState[];
  readonly tenant: string;
  readonly instance: string;
  readonly append: (envelopes: readonly Envelope[]) => Promise<void>;
  /** The intake's clock, RFC 3339. */
  readonly at: () => string;
  readonly clock: Clock;
  readonly patience: Patience;
  readonly signal: AbortSignal;
  /** The cluster answers again: whoever waits to try again need not wait longer. */
  readonly onReturn: () => void;
}

export interface Vouching {
  isHeard(source: ClusterSource): boolean;
  /** Milliseconds on the clock that never goes back; undefined where nothing was ever heard. */
  heardAt(): number | undefined;
  /** Resolves when it has stopped. */
  readonly done: Promise<void>;
}

/** Watches of a cluster that does not answer are dead: after so many questions without an answer they are begun anew. */
const GIVEN_UP_AFTER = 2;

export function keepVouching(deps: VouchDeps): Vouching {
  const { api, kinds, clock, patience, signal } = deps;
  let answeredAt: number | undefined;
  let unanswered = 0;
  let asking: Promise<void> | undefined;

  const heardAt = () => kinds.reduce<number | undefined>((latest, { heardAt: at }) => later(latest, at), answeredAt);
  const since = (at: number | undefined) => (at === undefined ? undefined : clock.now() - at);

  const heard = (source: ClusterSource): boolean =>
    isHeard(
      kinds.filter((state) => state.kind.source === source).map((state) => hearingOf(state, since(state.wellAt))),
      since(heardAt()),
      patience.heard,
    );

  async function ask(): Promise<void> {
    const limits = { answer: patience.probeAnswer, silence: patience.probeAnswer, signal };
    try {
      const request = { path: '/version', purpose: 'discovery' } as const;
      const status = await hear(api, request, limits, async ({ response }) => response.status);
      // What stands before an API server that is away answers for it.
      if (status >= 500) throw new Error(`answered ${status}`);
      answeredAt = clock.now();
      if (unanswered > 0) deps.onReturn();
      unanswered = 0;
    } catch {
      unanswered++;
      if (unanswered === GIVEN_UP_AFTER) giveUp();
    }
  }

  function giveUp(): void {
    const why = new Interrupted('no-answer', 'the API server does not answer');
    for (const state of kinds) {
      if ((since(state.heardAt) ?? 0) > patience.probeAfter) state.interrupt?.(why);
    }
  }

  async function beat(): Promise<void> {
    const quiet = since(heardAt());
    if (quiet === undefined || quiet >= patience.probeAfter)
      asking ??= ask().finally(() => {
        asking = undefined;
      });
    const items = clusterSources
      .filter(heard)
      .map((source) => ({ type: 'heartbeat' as const, source, instance: deps.instance }));
    if (items.length === 0) return;
    const { tenant, instance } = deps;
    const envelope = {
      schema: 1,
      tenant,
      cluster: api.name,
      source: 'heartbeat',
      instance,
      at: deps.at(),
      items,
    } as const;
    // A heartbeat that cannot be written is lost, which is right: the log is not heard either.
    await deps.append([{ ...envelope, items: [...items] }]).catch(() => undefined);
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      await beat();
      await clock.sleep(patience.beat, signal);
    }
    await asking;
  }

  return { isHeard: heard, heardAt, done: run() };
}

function hearingOf({ kind, phase, open }: KindState, sinceWell: number | undefined): KindHearing {
  const excused = kind.optional || phase === 'refused' || phase === 'absent';
  // Its first list may be slow to come; where it fails, it waits no longer.
  const waiting = phase === 'waiting' || (phase === 'listing' && sinceWell === undefined);
  return { open, sinceWell, excused, waiting };
}

const later = (a: number | undefined, b: number | undefined) => (a === undefined || (b ?? 0) > a ? (b ?? a) : a);
