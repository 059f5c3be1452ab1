// One record being decided: the time, what it may change, and what it puts out.
import type { Emission } from '@winnow/stream';
import type { GroupingConfig } from '../config.ts';
import type { Group, Scope, State } from './state.ts';

export interface Moment {
  readonly config: GroupingConfig;
  readonly state: State;
  readonly scope: Scope;
  readonly tenant: string;
  readonly cluster: string;
  /** The record's time as a text and in milliseconds since the epoch. */
  readonly at: string;
  readonly now: number;
  /** The trace of the record. */
  readonly traceId: string;
  /** Groups that this record has changed: they go out at its end, or when their pace allows. */
  readonly touched: Set<Group>;
  readonly emit: Emission[];
}
