// The parameters of grouping, all in one place: how much each kind of relation says, and how long trouble may take over it.

const second = 1000;
const minute = 60 * second;

/** How a relation's score falls with the time between cause and victim, in milliseconds. */
export interface Lag {
  /** Up to here the time costs nothing. */
  readonly free: number;
  /** From here on nothing is left but `floor`. */
  readonly most: number;
  /** What is left of the score where the cause still lasts; 0: the relation is over. */
  readonly floor: number;
}

export interface Rule {
  /** Score by hops: the first for none. */
  readonly base: readonly number[];
  /** The victim comes after its cause by so much. */
  readonly after: Lag;
  /** The victim was noticed before its cause by so much. */
  readonly before: Lag;
}

const soon: Lag = { free: 2 * minute, most: 5 * minute, floor: 0 };
const slow: Lag = { free: 5 * minute, most: 30 * minute, floor: 0.7 };
const noticedFirst: Lag = { free: 2 * minute, most: 10 * minute, floor: 0.6 };
const always: Lag = { free: 24 * 60 * minute, most: 24 * 60 * minute, floor: 1 };

export const rules = {
  /** The same owner, Service, node or claim. */
  'same-entity': { base: [1], after: slow, before: slow },
  /** A Service and what it selects. */
  serves: { base: [0.9], after: slow, before: slow },
  /** The victim calls the cause, directly or through others that show nothing. */
  calls: { base: [0.9, 0.9, 0.72, 0.58], after: slow, before: noticedFirst },
  /** The cause no longer calls the victim, which misses its traffic. */
  starved: { base: [0.7, 0.7, 0.62], after: soon, before: soon },
  /** Who calls both is harmed by the cause, and no longer calls the victim. */
  'starved-beside': { base: [0.56], after: soon, before: soon },
  /** Nobody calls the victim: its work comes through a queue or store that it shares with the cause. */
  'through-broker': { base: [0.58], after: soon, before: soon },
  /** The victim's pods run on the node. */
  'runs-on': { base: [0.8], after: slow, before: noticedFirst },
  /** Node and pod are short of the same resource. */
  'shares-load': { base: [0.7], after: soon, before: soon },
  /** The victim mounts the volume or config object. */
  mounts: { base: [0.85, 0.85], after: always, before: always },
  configures: { base: [0.75, 0.75], after: always, before: always },
  routes: { base: [0.8, 0.8], after: slow, before: noticedFirst },
  scales: { base: [0.65, 0.65], after: slow, before: slow },
  /** The quota refuses what the victim needs. */
  quota: { base: [0.85], after: always, before: always },
  /** Both name the same secret, config object, claim, quota, image or registry. */
  'same-reference': { base: [0.75], after: slow, before: slow },
  /** Names do not resolve, and the victim says so. */
  'name-resolution': { base: [0.75], after: slow, before: noticedFirst },
  /** Both depend on an object that was changed shortly before both. */
  'shared-change': { base: [0.7], after: soon, before: soon },
  /** Nothing is known of what lies between them: near in name and time. */
  'same-namespace': {
    base: [0.55],
    after: { free: 3 * minute, most: 5 * minute, floor: 0 },
    before: { free: 3 * minute, most: 5 * minute, floor: 0 },
  },
} as const satisfies Record<string, Rule>;

export type RuleName = keyof typeof rules;

/** A victim that a cause explains already needs no second one; requests go both ways, so their trouble may tell of the same. */
export const explained = { requests: 0.75, state: 0, entity: 0.45 };
/** What a victim shows for the first time so long after its first trouble (milliseconds) may have another cause. */
export const passing = 4 * minute;

/** A member that has been over for this long (milliseconds) attracts nothing new but its own return. */
export const overFor = 2 * minute;
/** Nor does one that nobody has told of for this long. */
export const quietGap = 10 * minute;
/** A change counts as a cause's for this long. */
export const changeLasts = 10 * minute;
/** An incident that has been resolved for this long is forgotten. */
export const forgetAfter = 15 * minute;
/** Counts are told again at most this often. */
export const countEvery = minute;
/** A big incident does not go out anew with each member: [members, milliseconds between revisions]. */
export const paces: readonly (readonly [number, number])[] = [
  [100, 5 * second],
  [20, second],
];
/** An incident that keeps changing is looked into at once so many times, … */
export const looksAtOnce = 3;
/** … and then at intervals that double, from the shortest to the longest; it begins anew after it has been quiet for long. */
export const lookAgain = { shortest: minute, longest: 5 * minute, anew: 15 * minute };
/** How far trouble is followed along calls. */
export const callHops = 3;
/** A walk along calls ends after so many entities each way, the nearest first: what is far is found from the other end. */
export const walked = 100;
/** When an incident has stood still so many of its members and so many entities are looked at once more. */
export const lookedAgain = 24;
