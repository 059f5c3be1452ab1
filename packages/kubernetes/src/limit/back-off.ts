// Pauses that the server asked for, by priority level. API Priority and Fairness rejects one level's requests while others are served; a 429
// that names no level is about all of them.

/** A server that asks for more is asked again after this, milliseconds. */
export const LONGEST_PAUSE = 120_000;
const USUAL_PAUSE = 1000;

/** The level of requests, as far as their purpose's answers told; '' before. */
export interface BackOff {
  /** Milliseconds of the clock until which nothing of a level goes out. */
  readonly until: Readonly<Record<string, number>>;
  readonly levelOf: Readonly<Record<string, string>>;
}

export const noBackOff: BackOff = { until: {}, levelOf: {} };

/** Stands for every level. */
export const EVERY = '*';

/** @param retryAfter what the header says, if anything. */
export function noteAnswer(
  state: BackOff,
  answer: { readonly purpose: string; readonly status: number; readonly level?: string; readonly pauseMs?: number },
  now: number,
): BackOff {
  const { purpose, status, level, pauseMs } = answer;
  const levelOf = level && state.levelOf[purpose] !== level ? { ...state.levelOf, [purpose]: level } : state.levelOf;
  const asked = status === 429 ? (pauseMs ?? USUAL_PAUSE) : status === 503 ? pauseMs : undefined;
  if (asked === undefined) return levelOf === state.levelOf ? state : { ...state, levelOf };
  const whose = status === 429 && level ? level : EVERY;
  const until = Math.max(state.until[whose] ?? 0, now + Math.min(asked, LONGEST_PAUSE));
  return { until: { ...state.until, [whose]: until }, levelOf };
}

/** Milliseconds until a purpose's requests may go out again; 0 where they may now. */
export function pauseOf(state: BackOff, purpose: string, now: number): number {
  const level = state.levelOf[purpose];
  const until = Math.max(state.until[EVERY] ?? 0, level ? (state.until[level] ?? 0) : 0);
  return Math.max(0, until - now);
}

/** `Retry-After` in milliseconds: seconds, or a date. Undefined where it is neither. */
export function readRetryAfter(header: string | undefined, wallNow: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - wallNow);
}
