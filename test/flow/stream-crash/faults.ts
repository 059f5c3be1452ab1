// Processes that are cut short: every call of a port passes a gate, where a schedule lets it fail, or its process die or freeze.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventLog, StateStore } from '@winnow/stream';

export interface Fault {
  /** It strikes at this call after the one before. */
  readonly after: number;
  readonly side: 'before' | 'after';
  /** The call fails alone; or the process dies; or it freezes, is replaced, and goes on some turns later, not knowing. */
  readonly kind: 'fail' | 'kill' | 'freeze';
  readonly turns: number;
}

export const PORT_FAILED = 'a port failed';
export const DIED = 'the process has died';

export interface Ports {
  readonly log: EventLog;
  readonly store: StateStore;
}

export interface FaultyProcess {
  readonly ports: Ports;
  /** Resolves when the process has died or is frozen: another takes its place. */
  readonly lost: Promise<'lost'>;
  kill(): void;
  readonly frozen: boolean;
}

/** A schedule of faults: the process that runs last meets them, one after another. */
export function createFaults(faults: readonly Fault[]) {
  let calls = 0;
  let next = 0;
  return {
    /** Counts a call; answers the fault that strikes at it. */
    tick(): Fault | undefined {
      calls += 1;
      const fault = faults[next];
      if (!fault || calls < fault.after) return undefined;
      calls = 0;
      next += 1;
      return fault;
    },
    get struck() {
      return next;
    },
  };
}

export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await nextTurn();
}

/** A promise of its own each time: one for all would keep everything alive that waits for it. */
const forever = () => new Promise<never>(() => undefined);

/** A process on real ports. `delays` are turns that deliveries take, one after another, again and again. */
export function createProcess(
  real: Ports,
  faults: ReturnType<typeof createFaults>,
  delays: readonly number[],
): FaultyProcess {
  let dead = false;
  let replaced = false;
  let frozen = false;
  let thawed: Promise<void> = Promise.resolve();
  let delivery = 0;
  const lost = Promise.withResolvers<'lost'>();
  const death = Promise.withResolvers<never>();
  death.promise.catch(() => undefined);

  function kill(): void {
    dead = true;
    death.reject(new Error(DIED));
    lost.resolve('lost');
  }

  async function alive(): Promise<void> {
    if (frozen) await thawed;
    if (dead) await forever();
  }

  async function freeze(count: number): Promise<void> {
    frozen = true;
    replaced = true;
    thawed = turns(count).then(() => {
      frozen = false;
    });
    lost.resolve('lost');
    await alive();
  }

  async function strike(fault: Fault): Promise<void> {
    if (fault.kind === 'freeze') return freeze(fault.turns);
    if (fault.kind === 'fail') throw new Error(PORT_FAILED);
    kill();
    await forever();
  }

  async function call<T>(effect: () => Promise<T>): Promise<T> {
    await alive();
    const fault = replaced ? undefined : faults.tick();
    if (fault?.side === 'before') await strike(fault);
    const result = await effect();
    await alive();
    if (fault?.side === 'after') await strike(fault);
    return result;
  }

  const log: EventLog = {
    append: (records) => call(() => real.log.append(records)),
    subscribe: (wanted, onBatch) =>
      real.log.subscribe(wanted, (batch) => {
        const delay = delays.length === 0 ? 0 : (delays[delivery++ % delays.length] as number);
        const delivered = call(() => turns(delay).then(() => onBatch(batch)));
        return Promise.race([delivered, death.promise]);
      }),
  };
  const store: StateStore = {
    publishes: real.store.publishes ?? false,
    claim: (stage, partition) => call(() => real.store.claim(stage, partition)),
    load: (claim) => call(() => real.store.load(claim)),
    commit: (claim, commit) => call(() => real.store.commit(claim, commit)),
    unsettled: (claim) => call(() => real.store.unsettled(claim)),
    settle: (claim, seq) => call(() => real.store.settle(claim, seq)),
  };
  return {
    ports: { log, store },
    lost: lost.promise,
    kill,
    get frozen() {
      return frozen;
    },
  };
}
