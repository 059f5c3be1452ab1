// The client-side limit, as a pure function of what was observed: it begins gently, shrinks by a factor when the server shows strain, and
// grows again step by step. A control plane that is failing already must not be made worse by those who look at it.
import { type LatencySettings, type LatencyState, noLatency, noteLatency } from './latency.ts';

export interface RateSettings {
  /** Requests a second at first, and at most. */
  readonly start: number;
  readonly most: number;
  /** It never falls below: else nobody would learn that the server is well again. */
  readonly least: number;
  /** Requests that may come at once after a pause, in seconds of the rate. */
  readonly burstSeconds: number;
  /** What the rate regains in each second with answers. */
  readonly regain: number;
  /** Milliseconds in which several signs of strain count as one: they are about requests that were under way together. */
  readonly settle: number;
  readonly latency: LatencySettings;
}

export const defaultRate: RateSettings = {
  ...{ start: 20, most: 50, least: 0.5, burstSeconds: 2, regain: 0.5, settle: 1000 },
  latency: { slack: 100, factor: 2.5 },
};

/** Why the limit shrinks. */
export const strains = ['throttled', 'server-error', 'timeout', 'latency'] as const;
export type Strain = (typeof strains)[number];

const shrinkBy: Readonly<Record<Strain, number>> = {
  throttled: 0.5,
  timeout: 0.5,
  'server-error': 0.7,
  latency: 0.8,
};

export interface Observation {
  /** Latencies are compared for one question only: `list pods`. */
  readonly question: string;
  /** Undefined where no answer came in time. */
  readonly status: number | undefined;
  /** Milliseconds until the head of the answer; undefined where it tells nothing of the server's load. */
  readonly latency?: number;
}

export interface RateState {
  readonly rate: number;
  readonly tokens: number;
  /** When `tokens` was right. Milliseconds of a clock that never goes back. */
  readonly at: number;
  readonly shrunkAt: number;
  readonly grownAt: number;
  readonly latency: LatencyState;
}

export function initialRate(settings: RateSettings, now: number): RateState {
  const { start, burstSeconds } = settings;
  return { rate: start, tokens: start * burstSeconds, at: now, shrunkAt: -Infinity, grownAt: now, latency: noLatency };
}

/** What may go at once is in proportion to the rate, and one request always is. */
const burstOf = (rate: number, settings: RateSettings) => Math.max(1, rate * settings.burstSeconds);

function refill(state: RateState, settings: RateSettings, now: number): RateState {
  const gained = (Math.max(0, now - state.at) / 1000) * state.rate;
  return {
    ...state,
    tokens: Math.min(burstOf(state.rate, settings), state.tokens + gained),
    at: Math.max(now, state.at),
  };
}

/** Takes one request's token; where there is none yet, `waitMs` says how long until there is. */
export function takeToken(
  state: RateState,
  settings: RateSettings,
  now: number,
): { readonly state: RateState; readonly waitMs: number } {
  const full = refill(state, settings, now);
  // A refill that should have made a whole token may lack the last bit of it.
  if (full.tokens >= 1 - 1e-9) return { state: { ...full, tokens: Math.max(0, full.tokens - 1) }, waitMs: 0 };
  return { state: full, waitMs: ((1 - full.tokens) / full.rate) * 1000 };
}

/** Folds one observation. `strain` is why the limit shrank, where it did. */
export function observe(
  state: RateState,
  seen: Observation,
  settings: RateSettings,
  now: number,
): { readonly state: RateState; readonly strain?: Strain } {
  const { latency, slow } = foldLatency(state, seen, settings);
  const full = { ...refill(state, settings, now), latency };
  const strain = strainOf(seen, slow);
  if (!strain) return { state: grow(full, settings, now) };
  // While a strain settles the limit does not grow either.
  if (now - state.shrunkAt < settings.settle) return { state: { ...full, grownAt: now } };
  const rate = Math.max(settings.least, full.rate * shrinkBy[strain]);
  const tokens = Math.min(full.tokens, burstOf(rate, settings));
  return { state: { ...full, rate, tokens, shrunkAt: now, grownAt: now }, strain };
}

function foldLatency(state: RateState, { question, status, latency }: Observation, settings: RateSettings) {
  if (latency === undefined || status === undefined || status === 429) return { latency: state.latency, slow: false };
  const noted = noteLatency(state.latency, question, latency, settings.latency);
  return { latency: noted.state, slow: noted.slow };
}

function strainOf({ status }: Observation, slow: boolean): Strain | undefined {
  if (status === undefined) return 'timeout';
  if (status === 429) return 'throttled';
  if (status >= 500) return 'server-error';
  return slow ? 'latency' : undefined;
}

/** Grows with the time since it last did, at most a second's worth: idle hours earn nothing. */
function grow(state: RateState, settings: RateSettings, now: number): RateState {
  const seconds = Math.min(1, Math.max(0, now - state.grownAt) / 1000);
  return { ...state, rate: Math.min(settings.most, state.rate + settings.regain * seconds), grownAt: now };
}
