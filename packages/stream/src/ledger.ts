import type { DeadLetterCode, MuteRule, OutcomeName, ShedReason, Source } from '@winnow/contracts';

export type OutcomeReason = MuteRule | DeadLetterCode | ShedReason | '';

/** How many items of a source had one outcome for one reason. */
export interface LedgerCell {
  readonly source: Source;
  readonly outcome: OutcomeName;
  /** The mute rule, dead-letter code or shed reason; empty for signal and deduplicated. */
  readonly reason: OutcomeReason;
  readonly count: number;
}
