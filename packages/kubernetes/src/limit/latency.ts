// Latency against its own baseline: what is slow for one cluster is usual for another.

export interface LatencySettings {
  /** Milliseconds above the baseline that are never strain. */
  readonly slack: number;
  /** Strain is a recent latency over so many times the baseline. */
  readonly factor: number;
  /** Samples before anything is judged. */
  readonly samples: number;
}

export interface LatencyState {
  /** What is usual, in milliseconds: falls fast, rises slowly. */
  readonly baseline: number;
  /** What it has been lately. */
  readonly recent: number;
  readonly samples: number;
}

export const noLatency: LatencyState = { baseline: 0, recent: 0, samples: 0 };

const RECENT = 0.3;
const FALL = 0.2;
/** Slow enough that minutes of strain do not become usual, fast enough that a cluster that grew does. */
const RISE = 0.005;

/** Folds one latency (milliseconds); `slow` where what was seen lately stands out. */
export function noteLatency(
  state: LatencyState,
  latency: number,
  settings: LatencySettings,
): { readonly state: LatencyState; readonly slow: boolean } {
  const first = state.samples === 0;
  const towards = (from: number, by: number) => (first ? latency : from + (latency - from) * by);
  const baseline = towards(state.baseline, latency < state.baseline ? FALL : RISE);
  const next = { baseline, recent: towards(state.recent, RECENT), samples: state.samples + 1 };
  const limit = Math.max(next.baseline * settings.factor, next.baseline + settings.slack);
  return { state: next, slow: next.samples > settings.samples && latency > limit && next.recent > limit };
}
