// What one item says: this entity has this symptom. How it came to be said (event, alert, audit, state) no longer matters.
import type { EntityRef, MuteRule, Severity, SymptomId } from '@winnow/contracts';

export interface Claim {
  readonly entity: EntityRef;
  /** The object that it was seen on, where that is not the entity. */
  readonly subject?: EntityRef | undefined;
  readonly symptom: SymptomId;
  /** The sender's own word. */
  readonly reason: string;
  readonly message: string;
  /** That of the class where absent. */
  readonly severity?: Severity | undefined;
  /** Since when, as told; milliseconds. */
  readonly since: number;
  /** Seconds before it counts; that of the class where absent. */
  readonly settle?: number | undefined;
  /** Seconds before it counts however long it is said to last: what is known speaks against it. */
  readonly hold?: number | undefined;
  /** It must be said again before it counts: a single one is ordinary. */
  readonly recur?: boolean | undefined;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  /** The entity is a Pod whose owner is not known yet. */
  readonly provisional?: boolean | undefined;
  readonly why: string;
}

/** What became of one item. */
export type Verdict =
  | { readonly outcome: 'signal' | 'deduplicated'; readonly slot?: string | undefined }
  | { readonly outcome: 'muted'; readonly rule: MuteRule };

export const muted = (rule: MuteRule): Verdict => ({ outcome: 'muted', rule });
export const isMuted = (answer: Claim | Verdict): answer is Verdict => 'outcome' in answer;
