// Faults of the runtime itself, planted on purpose: each must turn the property red.
import type { Envelope } from '@winnow/contracts';
import type { Claim, Commit, EventLog, StateStore } from '@winnow/stream';
import { countStage } from './stages.ts';
import type { Plant } from './world.ts';

type Committing = (inner: StateStore, claim: Claim, commit: Commit, log: EventLog) => ReturnType<StateStore['commit']>;

/** A store that commits in another way; calls inside it can be cut apart. */
function committing(commit: Committing): Plant {
  return {
    needsCuts: true,
    ports: ({ log, store }) => ({
      log,
      store: { ...store, commit: (claim, what) => commit(store, claim, what, log) },
    }),
  };
}

const nothingOf = { delta: new Uint8Array(0), snapshots: [], ledger: [], outgoing: [] };

export const plants: Readonly<Record<string, Plant>> = {
  'the offset is saved before the state': committing(async (store, claim, commit) => {
    const offset = await store.commit(claim, { ...commit, ...nothingOf });
    return offset === 'fenced' ? offset : store.commit(claim, { ...commit, from: commit.to });
  }),

  'records are published before the commit': committing(async (store, claim, commit, log) => {
    if (commit.outgoing.length > 0) await log.append(commit.outgoing);
    return store.commit(claim, commit);
  }),

  'records are settled without being published': committing(async (store, claim, commit) => {
    const answer = await store.commit(claim, commit);
    if (answer === 'committed' && commit.outgoing.length > 0) await store.settle(claim, commit.seq);
    return answer;
  }),

  'a stage reads the clock': {
    needsCuts: false,
    count: {
      ...countStage,
      decide(state, record) {
        const outcome = countStage.decide(state, record);
        const at = new Date(performance.timeOrigin + performance.now()).toISOString();
        return {
          ...outcome,
          emit: (outcome.emit ?? []).map((each) => ({ ...each, value: { ...(each.value as object), at } })),
        };
      },
    },
  },

  'an item is counted twice': {
    needsCuts: false,
    count: {
      ...countStage,
      decide(state, record) {
        const outcome = countStage.decide(state, record);
        const twice = (record.value as Envelope).items.length > 2 ? outcome.ledger?.slice(0, 1) : [];
        return { ...outcome, ledger: [...(outcome.ledger ?? []), ...(twice ?? [])] };
      },
    },
  },

  'the ledger is written beside the commit': committing(async (store, claim, commit) => {
    const { offsets, seq } = await store.load(claim);
    const ledger = { ...commit, ...nothingOf, ledger: commit.ledger, to: offsets, seq };
    const answer = await store.commit(claim, ledger);
    return answer === 'fenced' ? answer : store.commit(claim, { ...commit, ledger: [] });
  }),

  'an owner that was fenced off writes': { needsCuts: true, world: withoutFences },

  'readers take repeated records': {
    needsCuts: true,
    ports: ({ log, store }) => ({
      store,
      log: {
        ...log,
        subscribe: (wanted, onBatch) =>
          log.subscribe(wanted, (batch) =>
            onBatch(batch.map((record) => ({ ...record, headers: withoutSeq(record.headers) }))),
          ),
      },
    }),
  },
};

function withoutSeq({ producer: _, seq: __, ...headers }: Readonly<Record<string, string>>) {
  return headers;
}

/** Every claim is the same one, and commits are taken from wherever they come. */
function withoutFences(store: StateStore): StateStore {
  const claims = new Map<string, Claim>();
  return {
    ...store,
    async claim(stage, partition, knows) {
      const name = `${stage}/${partition}`;
      const claim = claims.get(name) ?? (await store.claim(stage, partition, knows));
      claims.set(name, claim);
      return claim;
    },
    async commit(claim, commit) {
      const { offsets } = await store.load(claim);
      return store.commit(claim, { ...commit, from: offsets });
    },
  };
}
