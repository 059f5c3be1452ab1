// One cluster: which kinds it has, a follower for each, and whether it is heard. It shares nothing with other clusters but the log.
import { type Envelope, fieldsOf, textIn } from '@winnow/contracts';
import type { Checkpoints } from '@winnow/stream';
import type { ApiServer, Discover } from './api-server.ts';
import { type Clock, createArrivalClock } from './clock.ts';
import { backOffMs, chooseKinds, createToldBefore, type KindRule, seldomMs, type WatchedKind } from './core.ts';
import { followKind } from './follow-kind.ts';
import { hear } from './hear-body.ts';
import { createKindState, type KindState } from './kind-state.ts';
import type { Logger } from './logger.ts';
import type { Patience } from './patience.ts';
import { openPlace } from './place.ts';
import { createSender, type Sender } from './sender.ts';
import { createTurns } from './turns.ts';
import { keepVouching, type Vouching } from './vouch.ts';

/** Lists that one cluster is asked for at once. */
const LISTS_AT_ONCE = 3;

export interface FollowCluster {
  readonly api: ApiServer;
  readonly discover: Discover;
  readonly instance: string;
  readonly tenant: string;
  readonly extra: readonly KindRule[];
  readonly append: (envelopes: readonly Envelope[]) => Promise<void>;
  readonly checkpoints: Checkpoints;
  readonly clock: Clock;
  readonly patience: Patience;
  readonly log: Logger;
}

/** What is known of a cluster now. */
export interface ClusterView {
  readonly api: ApiServer;
  readonly instance: string;
  readonly kinds: readonly KindState[];
  readonly vouching: Vouching;
  /** Why it could not even be asked what it serves. */
  readonly trouble: string | undefined;
  readonly sender: Sender;
}

export interface RunningCluster {
  readonly view: ClusterView;
  /** Resolves after the stop; rejects with an error that nobody foresaw. */
  readonly done: Promise<unknown>;
  stop(): Promise<void>;
}

export function followCluster(options: FollowCluster): RunningCluster {
  const { api, instance, clock, patience, log } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const at = createArrivalClock(clock.wall);
  const sender = createSender({ ...options, cluster: api.name, at, signal });
  const kinds: KindState[] = [];
  const followers: Promise<void>[] = [];
  const failed = Promise.withResolvers<never>();
  const missing = new Set<string>();
  const turns = createTurns(LISTS_AT_ONCE);
  const waits = createWaits(clock, signal);
  const vouching = keepVouching({ ...options, kinds, at, signal, onReturn: waits.end });
  let identity: string | undefined;
  let trouble: string | undefined;

  function follow(kind: WatchedKind): void {
    const state = createKindState(kind);
    kinds.push(state);
    const key = `ingest-cluster/${options.tenant}/${api.name}/${kind.id}`;
    const every = patience.save;
    const shared = { api, kind, state, at, clock, patience, log, signal };
    const run = async () => {
      const place = await openPlace({ checkpoints: options.checkpoints, key, identity, state, clock, log, every });
      await followKind({
        ...shared,
        place,
        told: createToldBefore(),
        send: (items) => sender.send(kind.source, items),
        takeTurn: turns.take,
        pause: waits.pause,
      });
    };
    const follower = run();
    follower.catch(failed.reject);
    followers.push(follower);
  }

  /** Follows the kinds that are served and not followed yet; tells once of those that are not served. */
  async function lookForKinds(): Promise<void> {
    const resources = await options.discover();
    if (kinds.length === 0) identity = await identityOf(options, signal);
    const chosen = chooseKinds(resources, options.extra);
    if (signal.aborted) return;
    for (const kind of chosen.watched) {
      if (!kinds.some((state) => state.kind.id === kind.id)) follow(kind);
    }
    const fresh = chosen.missing.filter((id) => !missing.has(id));
    for (const id of chosen.missing) missing.add(id);
    if (fresh.length > 0) log.info({ cluster: api.name, kinds: fresh }, `${api.name} does not serve all kinds`);
  }

  async function run(): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      try {
        await lookForKinds();
        failures = 0;
        trouble = undefined;
        await clock.sleep(seldomMs(clock.random(), patience.seldom), signal);
      } catch (error) {
        failures++;
        trouble = error instanceof Error ? error.message.slice(0, 300) : String(error);
        if (failures === 1 && !signal.aborted)
          log.warn({ cluster: api.name }, `${api.name} cannot be asked what it serves: ${trouble}`);
        await waits.pause(
          backOffMs(failures, clock.random(), { first: patience.retryFirst, most: patience.retryMost }),
        );
      }
    }
  }

  const running = run();
  const ended = Promise.all([running, vouching.done]);
  return {
    done: Promise.race([ended, failed.promise]),
    view: {
      api,
      instance,
      kinds,
      vouching,
      sender,
      get trouble() {
        return trouble;
      },
    },
    async stop() {
      stopping.abort();
      await running;
      await Promise.all([...followers, vouching.done]);
    },
  };
}

/**
 * Which cluster it is, whatever it is called: a cluster that was made anew under an old name has other versions. Undefined where it does
 * not say.
 */
async function identityOf({ api, patience }: FollowCluster, signal: AbortSignal): Promise<string | undefined> {
  const limits = { answer: patience.answer, silence: patience.silence, signal };
  const path = '/api/v1/namespaces/kube-system';
  return hear(api, { path, purpose: 'lookup' }, limits, async ({ response, body }) => {
    if (response.status >= 500 || response.status === 401) throw new Error(`it answered ${response.status}`);
    if (response.status !== 200) return undefined;
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return textIn(fieldsOf(fieldsOf(JSON.parse(Buffer.concat(chunks).toString())).metadata).uid);
  });
}

/** Waits that end early where the cluster has come back. */
function createWaits(clock: Clock, signal: AbortSignal) {
  let round = new AbortController();
  return {
    pause: (ms: number): Promise<void> => clock.sleep(ms, AbortSignal.any([signal, round.signal])),
    end(): void {
      round.abort();
      round = new AbortController();
    },
  };
}
