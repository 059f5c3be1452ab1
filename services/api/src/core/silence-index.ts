// The silences that there are, folded from what people did. Signals mutes by the same records; this answers who asks.
import { type Envelope, isAmongClusters, type OperatorItem, type Silence, topics } from '@winnow/contracts';
import {
  type CompiledSilence,
  compileSilence,
  type Labels,
  type Matcher,
  type SilenceState,
  silenceIn,
  stateOfSilence,
} from '@winnow/matchers';
import type { LogRecord } from '@winnow/stream';
import { compareTexts } from './order.ts';
import type { Owned } from './view.ts';

export interface KeptSilence extends Silence {
  readonly updatedAt: string;
  readonly tenant: string;
  /** When the record of it that stands last in the log arrived there, milliseconds. */
  readonly recordedAt: number;
}

/** Names the active silences that the alert of a cluster is under by its labels, sorted. */
export type SilencedBy = (labels: Labels, of: Owned) => readonly string[];

export interface SilenceIndex {
  /** Folds a record of winnow.observations. */
  apply(record: LogRecord): void;
  get(id: string): KeptSilence | undefined;
  /** Those that have expired for over 120 h are forgotten on the way. @param now milliseconds. */
  list(now: number): readonly KeptSilence[];
  silencing(now: number): SilencedBy;
}

/** How long an expired silence is still shown: Alertmanager's default of --data.retention. */
export const RETENTION = 120 * 3_600_000;

interface Kept {
  readonly silence: KeptSilence;
  readonly compiled: CompiledSilence;
}

export function createSilenceIndex(): SilenceIndex {
  const kept = new Map<string, Kept>();

  function apply({ topic, value }: LogRecord): void {
    if (topic !== topics.observations.name || value === null) return;
    const envelope = value as Envelope;
    if (envelope.source !== 'operator') return;
    for (const item of envelope.items) if (item.type === 'operator') take(envelope, item);
  }

  /** Of two records of one silence the one that was changed later counts, whichever stands later. */
  function take({ tenant, at }: Envelope, item: OperatorItem): void {
    const silence = silenceIn(item);
    if (!silence) return;
    const updatedAt = silence.updatedAt ?? at;
    const former = kept.get(silence.id);
    if (former && former.silence.updatedAt > updatedAt) return;
    const whole = { ...silence, updatedAt, tenant, recordedAt: Date.parse(at) };
    kept.set(silence.id, { silence: whole, compiled: compileSilence(silence) });
  }

  function list(now: number): readonly KeptSilence[] {
    for (const [id, { silence }] of kept) if (now - Date.parse(silence.endsAt) > RETENTION) kept.delete(id);
    return [...kept.values()].map(({ silence }) => silence);
  }

  function silencing(now: number): SilencedBy {
    const active = [...kept.values()].filter(({ silence }) => stateOfSilence(silence, now) === 'active');
    if (active.length === 0) return () => [];
    return (labels, { tenant, cluster }) =>
      active
        .filter(({ silence }) => silence.tenant === tenant && isAmongClusters(silence.clusters, cluster))
        .filter(({ compiled }) => compiled.matches(labels))
        .map(({ silence }) => silence.id)
        .sort(compareTexts);
  }

  return { apply, get: (id) => kept.get(id)?.silence, list, silencing };
}

export interface GettableSilence extends Omit<Silence, 'updatedAt'> {
  readonly status: { readonly state: SilenceState };
  readonly updatedAt: string;
}

/** As Alertmanager's API v2 gives it. */
export function toGettableSilence(silence: KeptSilence, now: number): GettableSilence {
  const { id, matchers, startsAt, endsAt, createdBy, comment, updatedAt } = silence;
  const status = { state: stateOfSilence(silence, now) };
  return { id, status, updatedAt, comment, createdBy, endsAt, matchers, startsAt };
}

/** Whether each of these stands among its matchers as it is: what an expression would match does not count. */
export function isAbout({ matchers }: Silence, filters: readonly Matcher[]): boolean {
  return filters.every(({ name, value, isRegex, isEqual }) =>
    matchers.some(
      (each) => each.name === name && each.value === value && each.isRegex === isRegex && each.isEqual === isEqual,
    ),
  );
}

const ranks: Readonly<Record<SilenceState, number>> = { active: 0, pending: 1, expired: 2 };

/** Active ones by their end, pending ones by their start, expired ones with the latest end first. */
export function compareSilences(a: GettableSilence, b: GettableSilence): number {
  const [state, other] = [a.status.state, b.status.state];
  if (state !== other) return ranks[state] - ranks[other];
  if (state === 'pending') return compareTexts(a.startsAt, b.startsAt) || compareTexts(a.id, b.id);
  const byEnd = compareTexts(a.endsAt, b.endsAt);
  return (state === 'active' ? byEnd : -byEnd) || compareTexts(a.id, b.id);
}
