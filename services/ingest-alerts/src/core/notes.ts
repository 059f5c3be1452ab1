// What a request says that is no item, and must not pass in silence.

export interface Note {
  /** ignored: an event that says nothing of an alert. truncated: alerts that the sender left out; they are unknown, not resolved. */
  readonly kind: 'ignored' | 'truncated';
  /** One of a few. */
  readonly reason: string;
  readonly count: number;
}
