// What a failure mode declares of itself: one entry is all that it takes to add one.
import { type EntityRef, entityKey, type FailureModeId, type Remediation, type SymptomId } from '@winnow/contracts';
import type { Clue } from './clue.ts';
import type { World } from './world/world.ts';

/** Looks for one fact about a subject; undefined where it cannot be seen. */
export type Test<S> = (subject: S, world: World) => Clue | undefined;

export interface ModeEntry<S> {
  readonly id: FailureModeId;
  /** The cause in a few words, after the entity's name: `its memory limit is too small`. */
  readonly headline: string;
  /** All things that could have this fault: containers, Services, nodes, claims, … */
  readonly over: (world: World) => readonly S[];
  /** What a person would change or replace. */
  readonly blames: (subject: S, world: World) => EntityRef;
  /** Belief, 0 to 1, where the required facts hold and nothing else is known. */
  readonly base: number;
  /** Each must be seen, or the mode is not considered there. */
  readonly required: readonly Test<S>[];
  readonly supporting?: readonly Test<S>[];
  readonly refuting?: readonly Test<S>[];
  /** Symptoms at the blamed entity itself that it brings about; any where absent. */
  readonly explains?: readonly SymptomId[];
  /** Symptoms that it brings about at what depends on it; any that can come from a dependency where absent. */
  readonly harms?: readonly SymptomId[];
  /** Entities that it harms though no edge leads from them to the blamed one. */
  readonly victims?: (subject: S, world: World) => readonly EntityRef[];
  /** Which of its dependents it can harm at all; all where absent. */
  readonly touches?: (subject: S, dependent: EntityRef, world: World) => boolean;
  /** It is only what a symptom's class suggests: anything that was weighed on evidence goes before it. */
  readonly guess?: boolean;
  /**
   * How much it says: 0 a cause, 1 a failure that may have a deeper cause at a dependency, 2 a mere description of what is seen.
   * A hypothesis yields to one that says more at the same entity or at one that it depends on.
   */
  readonly depth?: 0 | 1 | 2;
  readonly summary: (subject: S, world: World) => string;
  readonly remediation: (subject: S, world: World) => readonly Remediation[];
  /** How it is told from the modes that look like it. */
  readonly neighbours?: Readonly<Partial<Record<FailureModeId, string>>>;
}

/** A mode that was weighed at one entity. */
export interface Candidate {
  readonly id: FailureModeId;
  readonly headline: string;
  readonly entity: EntityRef;
  /** Belief from its own clues, before it is compared with others. */
  readonly own: number;
  /** The same without the clues against it. */
  readonly before: number;
  readonly depth: 0 | 1 | 2;
  readonly explains: readonly SymptomId[] | undefined;
  readonly harms: readonly SymptomId[] | undefined;
  readonly guess: boolean;
  readonly victims: ReadonlySet<string>;
  touches(dependent: EntityRef): boolean;
  readonly supporting: readonly Clue[];
  readonly against: readonly Clue[];
  readonly summary: string;
  readonly remediation: readonly Remediation[];
}

export interface Mode {
  readonly id: FailureModeId;
  readonly neighbours: Readonly<Partial<Record<FailureModeId, string>>>;
  weigh(world: World): readonly Candidate[];
}

export function defineMode<S>(entry: ModeEntry<S>): Mode {
  return {
    id: entry.id,
    neighbours: entry.neighbours ?? {},
    weigh: (world) => entry.over(world).flatMap((subject) => weighAt(entry, subject, world) ?? []),
  };
}

function weighAt<S>(entry: ModeEntry<S>, subject: S, world: World): Candidate | undefined {
  const required: Clue[] = [];
  for (const test of entry.required) {
    const found = test(subject, world);
    if (!found) return undefined;
    required.push(found);
  }
  const supporting = (entry.supporting ?? []).flatMap((test) => test(subject, world) ?? []);
  const against = (entry.refuting ?? []).flatMap((test) => test(subject, world) ?? []);
  return {
    id: entry.id,
    headline: entry.headline,
    entity: entry.blames(subject, world),
    own: belief(entry.base, [...required, ...supporting], against),
    before: belief(entry.base, [...required, ...supporting], []),
    depth: entry.depth ?? 0,
    explains: entry.explains,
    harms: entry.harms,
    victims: new Set((entry.victims?.(subject, world) ?? []).map(entityKey)),
    touches: (dependent) => entry.touches?.(subject, dependent, world) ?? true,
    guess: entry.guess ?? false,
    supporting: [...required, ...supporting],
    against,
    summary: entry.summary(subject, world),
    remediation: entry.remediation(subject, world),
  };
}

/** Supporting clues each take away a share of the doubt, refuting ones a share of the belief. */
export function belief(base: number, supporting: readonly Clue[], against: readonly Clue[]): number {
  const doubt = supporting.reduce((rest, each) => rest * (1 - each.weight), 1 - base);
  return against.reduce((rest, each) => rest * (1 - each.weight), 1 - doubt);
}
