import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultRate, initialRate, type Observation, observe, type RateState, takeToken } from './rate.ts';

const ok: Observation = { question: 'list pods', status: 200, latency: 20 };
const settings = defaultRate;

/** Takes what it can get at one moment. */
function takeAll(state: RateState, now: number): { state: RateState; taken: number } {
  for (let taken = 0; ; taken++) {
    const next = takeToken(state, settings, now);
    if (next.waitMs > 0) return { state: next.state, taken };
    state = next.state;
  }
}

function fold(state: RateState, seen: readonly (Observation & { readonly at: number })[]): RateState {
  return seen.reduce((sum, { at, ...each }) => observe(sum, each, settings, at).state, state);
}

describe('the client-side limit', () => {
  it('given a fresh start, when all ask at once, then a burst goes and the rest at the rate', () => {
    const burst = takeAll(initialRate(settings, 0), 0);
    expect(burst.taken).toBe(40);
    expect(takeToken(burst.state, settings, 0).waitMs).toBeCloseTo(50);
    expect(takeAll(burst.state, 1000).taken).toBe(20);
  });

  it.each([
    [429, 10, 'throttled'],
    [undefined, 10, 'timeout'],
    [503, 14, 'server-error'],
    [500, 14, 'server-error'],
  ] as const)('given an answer %s, when it is seen, then the rate falls to %d', (status, rate, strain) => {
    const seen = observe(initialRate(settings, 0), { question: 'list pods', status }, settings, 10);
    expect(seen).toMatchObject({ strain, state: { rate } });
  });

  it.each([403, 404, 410, 401])('given an answer %d, when it is seen, then it is no strain', (status) => {
    const seen = observe(initialRate(settings, 0), { ...ok, status }, settings, 10);
    expect(seen.strain).toBeUndefined();
    expect(seen.state.rate).toBeGreaterThanOrEqual(20);
  });

  it('given many rejections of requests that went together, when they are seen, then they shrink the limit once', () => {
    const throttled = Array.from({ length: 30 }, (_, index) => ({
      question: 'list pods',
      status: 429,
      at: 100 + index,
    }));
    expect(fold(initialRate(settings, 0), throttled).rate).toBe(10);
  });

  it('given strain that goes on, when it is seen, then the limit falls to its least and no further', () => {
    const failing = Array.from({ length: 60 }, (_, index) => ({
      question: 'list pods',
      status: 429,
      at: index * 1000,
    }));
    expect(fold(initialRate(settings, 0), failing).rate).toBe(settings.least);
  });

  it('given latency that grows against what was usual, when it lasts, then the limit shrinks', () => {
    const usual = Array.from({ length: 50 }, (_, index) => ({ ...ok, at: index * 100 }));
    const slow = Array.from({ length: 50 }, (_, index) => ({ ...ok, latency: 800, at: 5000 + index * 100 }));
    const before = fold(initialRate(settings, 0), usual).rate;
    expect(before).toBeGreaterThan(20);
    expect(fold(initialRate(settings, 0), [...usual, ...slow]).rate).toBeLessThan(before * 0.8 * 0.9);
  });

  it('given a cluster that is slow from the first request on, when it stays so, then that is its usual', () => {
    const slow = Array.from({ length: 100 }, (_, index) => ({ ...ok, latency: 900, at: index * 100 }));
    expect(fold(initialRate(settings, 0), slow).rate).toBeGreaterThan(20);
  });

  it('given a kind whose lists take long, when they come after those of others, then that is no strain', () => {
    const nodes = Array.from({ length: 50 }, (_, index) => ({ ...ok, question: 'list nodes', at: index * 100 }));
    const pods = Array.from({ length: 50 }, (_, index) => ({ ...ok, latency: 800, at: 5000 + index * 100 }));
    const before = fold(initialRate(settings, 0), nodes).rate;
    expect(fold(initialRate(settings, 0), [...nodes, ...pods]).rate).toBeGreaterThan(before);
  });

  it('given one slow list among many, when it is seen, then nothing shrinks', () => {
    const usual = Array.from({ length: 50 }, (_, index) => ({ ...ok, at: index * 100 }));
    const before = fold(initialRate(settings, 0), usual);
    expect(observe(before, { ...ok, latency: 5000 }, settings, 5100).strain).toBeUndefined();
  });

  it('given a limit that shrank, when answers are well again, then it grows step by step up to the most', () => {
    const shrunk = observe(initialRate(settings, 0), { question: 'list pods', status: 429 }, settings, 0).state;
    const well = (seconds: number) =>
      Array.from({ length: seconds * 10 }, (_, index) => ({ ...ok, at: 1000 + index * 100 }));
    expect(fold(shrunk, well(10)).rate).toBeGreaterThan(14);
    expect(fold(shrunk, well(10)).rate).toBeLessThan(16);
    expect(fold(shrunk, well(200)).rate).toBe(settings.most);
  });

  it('given idle hours, when the next answer comes, then they have earned no more than a second does', () => {
    const state = observe(initialRate(settings, 0), ok, settings, 3_600_000).state;
    expect(state.rate).toBe(20.5);
    expect(takeAll(state, 3_600_000).taken).toBeLessThanOrEqual(41);
  });
});

const anyObservation = fc.record({
  question: fc.constantFrom('list pods', 'list nodes'),
  status: fc.constantFrom(200, 403, 410, 429, 500, 503, undefined),
  latency: fc.option(fc.integer({ min: 0, max: 60_000 }), { nil: undefined }),
});
const anyStep = fc.record({
  pause: fc.integer({ min: 0, max: 5000 }),
  seen: fc.option(anyObservation, { nil: undefined }),
});

function toObservation({
  latency,
  ...rest
}: {
  question: string;
  status: number | undefined;
  latency: number | undefined;
}) {
  return { ...rest, ...(latency !== undefined && { latency }) };
}

describe('the client-side limit, whatever happens', () => {
  it('keeps its rate within bounds and its tokens within the burst', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 200 }), (steps) => {
        let state = initialRate(settings, 0);
        let now = 0;
        for (const { pause, seen } of steps) {
          now += pause;
          state = seen
            ? observe(state, toObservation(seen), settings, now).state
            : takeToken(state, settings, now).state;
          expect(state.rate).toBeGreaterThanOrEqual(settings.least);
          expect(state.rate).toBeLessThanOrEqual(settings.most);
          expect(state.tokens).toBeGreaterThanOrEqual(0);
          expect(state.tokens).toBeLessThanOrEqual(Math.max(1, state.rate * settings.burstSeconds) + 1e-6);
        }
      }),
    );
  });

  it('lets no more go in any time than the burst and the highest rate allow', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 100 }), (steps) => {
        let state = initialRate(settings, 0);
        let now = 0;
        let taken = 0;
        let highest = state.rate;
        for (const { pause, seen } of steps) {
          now += pause;
          if (seen) state = observe(state, toObservation(seen), settings, now).state;
          highest = Math.max(highest, state.rate);
          const all = takeAll(state, now);
          state = all.state;
          taken += all.taken;
        }
        expect(taken).toBeLessThanOrEqual(highest * settings.burstSeconds + (highest * now) / 1000 + 1);
      }),
    );
  });

  it('says a wait after which a request may go', () => {
    fc.assert(
      fc.property(fc.array(anyObservation, { maxLength: 50 }), fc.integer({ min: 0, max: 500 }), (seen, step) => {
        const observed = seen.reduce(
          (sum, each, index) => observe(sum, toObservation(each), settings, index * step).state,
          initialRate(settings, 0),
        );
        const now = seen.length * step;
        const { state } = takeAll(observed, now);
        const { waitMs } = takeToken(state, settings, now);
        expect(waitMs).toBeGreaterThan(0);
        expect(takeToken(state, settings, now + waitMs).waitMs).toBe(0);
      }),
    );
  });

  it('never grows by an answer that shows strain, nor shrinks by one that shows none', () => {
    fc.assert(
      fc.property(fc.array(anyObservation, { minLength: 1, maxLength: 100 }), (seen) => {
        let state = initialRate(settings, 0);
        for (const [index, each] of seen.entries()) {
          const next = observe(state, toObservation(each), settings, index * 700);
          if (next.strain) expect(next.state.rate).toBeLessThanOrEqual(state.rate);
          else expect(next.state.rate).toBeGreaterThanOrEqual(state.rate);
          state = next.state;
        }
      }),
    );
  });
});
