// Errors that a caller can act on. Each says what happened, where, and what to do.

/** Nothing can be appended now: the sender still owns what it sent. Recovers by itself. */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable';
}

/** Another owner has taken the partition over. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

/** The file is damaged. */
export class StateDamaged extends Error {
  override readonly name = 'StateDamaged';
}

/** The state was written by a newer version of Winnow. */
export class StateNewer extends Error {
  override readonly name = 'StateNewer';
}

/** The data were written by an older version of Winnow, and whoever only reads cannot bring them along. */
export class StateOlder extends Error {
  override readonly name = 'StateOlder';
}

export interface NewerState {
  readonly stage: string;
  /** All of them where absent. */
  readonly partition?: number;
  /** The version of its state in the store, and the newest one that can be read. */
  readonly version: number;
  readonly knows: number;
}

/** @param place where it is, for people: ` in Redis at …`. */
export function stateNewer({ stage, partition, version, knows }: NewerState, place = ''): StateNewer {
  const which = partition === undefined ? '' : `, partition ${partition}`;
  const found = `The state of ${stage}${which}${place} was written by a newer version of Winnow`;
  const known = `it has version ${version}, and this one reads up to ${knows}`;
  return new StateNewer(`${found}: ${known}. It was left as it is. Run that version, or a newer one.`);
}

/** A stage threw on a record; the attempt is noted, and the process is to end or to start the stage again. */
export class StageCrashed extends Error {
  override readonly name = 'StageCrashed';
}

/** What was to be looked up may not be seen: the cluster refuses it to this identity. The message is its words. A look-up's answer is then `denied`. */
export class LookupDenied extends Error {
  override readonly name = 'LookupDenied';
}
