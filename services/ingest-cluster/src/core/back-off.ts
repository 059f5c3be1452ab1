// How long to wait before what failed is tried again. Randomness is given, so that many that failed together do not come back together.

export interface BackOff {
  /** Milliseconds before the first new try, and at most. */
  readonly first: number;
  readonly most: number;
}

export const requestBackOff: BackOff = { first: 1_000, most: 60_000 };

/** The wait before the next try after so many failures in a row (1 and more): doubled each time, a random half of it taken off. */
export function backOffMs(failures: number, random: number, { first, most }: BackOff = requestBackOff): number {
  const whole = Math.min(most, first * 2 ** Math.min(30, failures - 1));
  return Math.round(whole / 2 + (whole / 2) * random);
}

/** 5 to 10 minutes: so watches that began together do not end together. */
export function watchSeconds(random: number): number {
  return 300 + Math.floor(random * 301);
}

/** So often, about, is asked again for what was refused or is not served: permission may be given later. */
export function seldomMs(random: number, usual = 600_000): number {
  return Math.round(usual * (0.8 + 0.4 * random));
}

const SUSPECT_WITHIN = 2_000;
const FIRST_TRUST = 30_000;
const LONGEST_TRUST = 1_800_000;

export interface ClosedWatch {
  /** How long it was open, milliseconds. */
  readonly openMs: number;
  /** Whether it told anything, be it a bookmark. */
  readonly told: boolean;
}

/**
 * Some versions answer a watch from a resource version that is gone with an empty answer that ends at once, in place of 410
 * (kubernetes#104171): such a close says that nothing will ever come from there.
 */
export function isSilentClose({ openMs, told }: ClosedWatch): boolean {
  return !told && openMs < SUSPECT_WITHIN;
}

/**
 * Whether a silent close is answered by a list: the first one is at once. Where closes go on although the list is new, it is not the
 * resource version: the lists become rare, and watches are tried again in between.
 * @param lists how many lists silent closes have led to since a watch was last healthy.
 * @param sinceMs since the latest of them.
 */
export function relistsAfterSilence(lists: number, sinceMs: number): boolean {
  return lists === 0 || sinceMs >= Math.min(LONGEST_TRUST, FIRST_TRUST * 2 ** Math.min(20, lists - 1));
}
