// Latency against what is usual for the same question: a page of pods takes longer than one of nodes, and is no strain for that.

export interface LatencySettings {
  /** Milliseconds that are never strain by themselves. */
  readonly slack: number;
  /** Strain is latency that has lately been over so many times the usual one. */
  readonly factor: number;
}

export interface LatencyState {
  /** What is usual for each question, in milliseconds: falls fast, rises slowly. */
  readonly usual: Readonly<Record<string, number>>;
  /** Latency lately, over all questions, as a multiple of what is usual; 1 where all is well. */
  readonly stress: number;
}

export const noLatency: LatencyState = { usual: {}, stress: 1 };

const RECENT = 0.2;
const FALL = 0.2;
/** Slow enough that minutes of strain do not become usual, fast enough that a cluster that grew does. */
const RISE = 0.005;
/** One answer that hung is not many that are slow. */
const WORST = 5;

/** Folds one latency (milliseconds); `slow` where it is part of what stands out lately. */
export function noteLatency(
  state: LatencyState,
  question: string,
  latency: number,
  { slack, factor }: LatencySettings,
): { readonly state: LatencyState; readonly slow: boolean } {
  const before = state.usual[question] ?? latency;
  const usual = before + (latency - before) * (latency < before ? FALL : RISE);
  const multiple = Math.max(1, Math.min(WORST, latency / Math.max(usual, slack)));
  const stress = state.stress + (multiple - state.stress) * RECENT;
  return {
    state: { usual: { ...state.usual, [question]: usual }, stress },
    slow: multiple > factor && stress > factor,
  };
}
