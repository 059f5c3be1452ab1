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
  const struck: string[] = [];
  return {
    /** Counts a call of a port; answers the fault that strikes at it. */
    tick(port: string): Fault | undefined {
      calls += 1;
      const fault = faults[struck.length];
      if (!fault || calls < fault.after) return undefined;
      calls = 0;
      struck.push(`${fault.kind} ${fault.side} ${port}`);
      return fault;
    },
    /** What struck, and where: `kill after commit`. */
    struck: struck as readonly string[],
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

  async function call<T>(port: string, effect: () => Promise<T>): Promise<T> {
    await alive();
    const fault = replaced ? undefined : faults.tick(port);
    if (fault?.side === 'before') await strike(fault);
    const result = await effect();
    await alive();
    if (fault?.side === 'after') await strike(fault);
    return result;
  }

  const log: EventLog = {
    append: (records) => call('append', () => real.log.append(records)),
    end: (topic, partition) => real.log.end(topic, partition),
    subscribe: (wanted, onBatch) =>
      real.log.subscribe(wanted, (batch) => {
        const delay = delays.length === 0 ? 0 : (delays[delivery++ % delays.length] as number);
        const delivered = call('deliver', () => turns(delay).then(() => onBatch(batch)));
        return Promise.race([delivered, death.promise]);
      }),
  };
  const store: StateStore = {
    publishes: real.store.publishes ?? false,
    claim: (stage, partition, knows) => call('claim', () => real.store.claim(stage, partition, knows)),
    load: (claim) => call('load', () => real.store.load(claim)),
    commit: (claim, commit) => call('commit', () => real.store.commit(claim, commit)),
    unsettled: (claim) => call('unsettled', () => real.store.unsettled(claim)),
    settle: (claim, seq) => call('settle', () => real.store.settle(claim, seq)),
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
