// How long this service waits for what, milliseconds.

export interface Patience {
  /**
   * A watch without a byte for so long is taken for dead, and begun again where it stood. An API server sends bookmarks about every minute;
   * a kind in which nothing ever happens may get none, and costs one request in this time.
   */
  readonly silence: number;
  /** The head of an answer, with the wait for the client-side limit. */
  readonly answer: number;
  /** Heartbeats are sent so often, as signals needs them. */
  readonly beat: number;
  /** A cluster that has said nothing for so long is asked whether it is there, and has so long to answer. */
  readonly probeAfter: number;
  readonly probeAnswer: number;
  /** It is vouched for no longer where it was not heard for so long: the gap that signals counts as blind. */
  readonly heard: number;
  /** A watch that was open for so long was a healthy one. */
  readonly healthy: number;
  /** How often, about, is looked whether more kinds are served, and asked again for what was refused. */
  readonly seldom: number;
  /** A failed request is tried again after this, doubled each time up to the other. */
  readonly retryFirst: number;
  readonly retryMost: number;
  /** Resource versions are saved at most so often: what a crash may repeat. */
  readonly save: number;
}

export const usualPatience: Patience = {
  ...{ silence: 90_000, answer: 120_000, beat: 5_000, probeAfter: 5_000, probeAnswer: 10_000, heard: 15_000 },
  ...{ healthy: 10_000, seldom: 600_000, retryFirst: 1_000, retryMost: 60_000, save: 1_000 },
};
