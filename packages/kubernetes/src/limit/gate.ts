// Where requests wait for their turn: a token of the shared rate, a place among their purpose's, and no pause that the server asked for.
import { type Purpose, purposes } from '../api-server.ts';
import { type BackOff, noBackOff, noteAnswer, pauseOf } from './back-off.ts';
import {
  initialRate,
  type Observation,
  observe,
  type RateSettings,
  type RateState,
  type Strain,
  takeToken,
} from './rate.ts';

export interface GateSettings {
  readonly rate: RateSettings;
  /** Requests of each purpose that may run at once; of watches, that may be opening at once. */
  readonly places: Readonly<Record<Purpose, number>>;
}

export interface Answer extends Observation {
  readonly purpose: Purpose;
  /** The priority level that served or rejected it. */
  readonly level?: string;
  /** What the server asked to wait, milliseconds. */
  readonly pauseMs?: number;
}

export interface Gate {
  /** Resolves with the milliseconds waited when the request may go out. @throws the signal's reason, or that of `close`. */
  enter(purpose: Purpose, signal?: AbortSignal): Promise<number>;
  /** Gives the place back. */
  leave(purpose: Purpose): void;
  /** Folds an answer, or its absence. Returns why the limit shrank, where it did. */
  note(answer: Answer): Strain | undefined;
  readonly rate: RateState;
  /** Milliseconds that a purpose's requests are held back for now. */
  pause(purpose: Purpose): number;
  readonly running: Readonly<Record<Purpose, number>>;
  waiting(purpose: Purpose): number;
  close(reason: unknown): void;
}

interface Waiter {
  readonly since: number;
  readonly go: (waited: number) => void;
  readonly fail: (reason: unknown) => void;
}

const byPurpose = <T>(make: () => T) =>
  Object.fromEntries(purposes.map((purpose) => [purpose, make()])) as Record<Purpose, T>;

/** @param now milliseconds of a clock that never goes back */
export function createGate(settings: GateSettings, now: () => number = () => performance.now()): Gate {
  const queues = byPurpose((): Set<Waiter> => new Set());
  const running = byPurpose(() => 0);
  const served = byPurpose(() => 0);
  let turn = 0;
  let rate = initialRate(settings.rate, now());
  let backOff: BackOff = noBackOff;
  let timer: NodeJS.Timeout | undefined;
  let closed: { readonly reason: unknown } | undefined;

  /** The purpose that was served longest ago comes first: none starves another. */
  function nextPurpose(at: number): Purpose | undefined {
    const ready = purposes.filter(
      (each) => queues[each].size > 0 && running[each] < settings.places[each] && pauseOf(backOff, each, at) === 0,
    );
    return ready.sort((a, b) => served[a] - served[b])[0];
  }

  function drain(): void {
    clearTimeout(timer);
    timer = undefined;
    for (;;) {
      const at = now();
      const purpose = nextPurpose(at);
      const wait = purpose ? takeNextToken(at) : pauseOfWaiting(at);
      if (wait !== undefined && wait > 0) timer = setTimeout(drain, Math.ceil(wait));
      if (!purpose || wait !== 0) return;
      admit(purpose, at);
    }
  }

  function takeNextToken(at: number): number {
    const taken = takeToken(rate, settings.rate, at);
    rate = taken.state;
    return taken.waitMs;
  }

  function admit(purpose: Purpose, at: number): void {
    const [waiter] = queues[purpose];
    if (!waiter) return;
    queues[purpose].delete(waiter);
    running[purpose]++;
    served[purpose] = ++turn;
    waiter.go(at - waiter.since);
  }

  /** The shortest pause of those who would go else; undefined where nobody waits for the end of one. */
  function pauseOfWaiting(at: number): number | undefined {
    const held = purposes.filter((each) => queues[each].size > 0 && running[each] < settings.places[each]);
    return held.length === 0 ? undefined : Math.min(...held.map((each) => pauseOf(backOff, each, at)));
  }

  return {
    async enter(purpose, signal) {
      if (closed) throw closed.reason;
      signal?.throwIfAborted();
      const { promise, resolve: go, reject: fail } = Promise.withResolvers<number>();
      const waiter: Waiter = { since: now(), go, fail };
      const leaveQueue = () => {
        queues[purpose].delete(waiter);
        fail(signal?.reason);
      };
      signal?.addEventListener('abort', leaveQueue, { once: true });
      queues[purpose].add(waiter);
      drain();
      try {
        return await promise;
      } finally {
        signal?.removeEventListener('abort', leaveQueue);
      }
    },
    leave(purpose) {
      running[purpose]--;
      drain();
    },
    note(answer) {
      const at = now();
      const { status, purpose, level, pauseMs } = answer;
      if (status !== undefined)
        backOff = noteAnswer(
          backOff,
          { purpose, status, ...(level && { level }), ...(pauseMs !== undefined && { pauseMs }) },
          at,
        );
      const seen = observe(rate, answer, settings.rate, at);
      rate = seen.state;
      drain();
      return seen.strain;
    },
    get rate() {
      return rate;
    },
    pause: (purpose) => pauseOf(backOff, purpose, now()),
    running,
    waiting: (purpose) => queues[purpose].size,
    close(reason) {
      closed = { reason };
      clearTimeout(timer);
      for (const queue of Object.values(queues)) {
        for (const waiter of queue) waiter.fail(reason);
        queue.clear();
      }
    },
  };
}
