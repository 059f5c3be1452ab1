// Follows one file through rotations: lines in order, a piece at a time, and where each piece ends. It reads only when it is asked to.
import { type FileHandle, open, stat } from 'node:fs/promises';
import { holds, markBefore, type Place, readPlace } from './place.ts';
import { type Line, readPiece, startOfLastLine } from './read-lines.ts';
import { findHolding, findRotated } from './rotated-files.ts';

export interface FilePiece {
  readonly lines: readonly Line[];
  /** The file that they are of, and where the first of them begins. */
  readonly path: string;
  readonly from: number;
  /** To be kept once the lines are durable. */
  readonly place: Place;
}

export interface FollowedFile {
  /** The next lines; undefined where nothing more is there now. @throws where the file cannot be read; what is open stays so. */
  next(): Promise<FilePiece | undefined>;
  counts(): FollowCounts;
  close(): Promise<void>;
}

export interface FollowCounts {
  readonly rotations: number;
  readonly truncations: number;
  /** Times that what was behind the place is nowhere to be found any more: entries are missing. */
  readonly gaps: number;
}

interface Reading {
  readonly file: FileHandle;
  readonly path: string;
  offset: number;
  /** It is what the followed file was before: it is read to its end. */
  old: boolean;
  /** It was at its end at the last look. */
  drained: boolean;
}

/** @param kept the place that was saved last; without one the file is read from its end, as it stands at the first look. */
export function followFile(path: string, kept: unknown): FollowedFile {
  let place = readPlace(kept);
  let fromEnd = place === undefined;
  let reading: Reading | undefined;
  const counts = { rotations: 0, truncations: 0, gaps: 0 };

  async function next(): Promise<FilePiece | undefined> {
    for (;;) {
      reading ??= await begin();
      if (await isCut(reading)) reading = await goOnInCopy(reading);
      const at = reading;
      const piece = await readPiece(at.file, at.offset, at.old && at.drained);
      if (piece) {
        const from = at.offset;
        at.offset = piece.offset;
        at.drained = false;
        place = await placeOf(at);
        return { lines: piece.lines, path: at.path, from, place };
      }
      if (!(await turnOver(at))) return undefined;
    }
  }

  /** Opens the file that the place is in. */
  async function begin(): Promise<Reading> {
    const current = await openCurrent();
    const began = place ? await findPlace(current, place) : current;
    if (fromEnd) began.offset = await startOfLastLine(began.file);
    fromEnd = false;
    place = await placeOf(began);
    return began;
  }

  async function openCurrent(): Promise<Reading> {
    try {
      return await readFrom(path, 0, false);
    } catch (error) {
      // What is made after this is new from its first byte on.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') fromEnd = false;
      throw error;
    }
  }

  /** At the start: the file may have been renamed, copied or cut since. */
  async function findPlace(current: Reading, at: Place): Promise<Reading> {
    const { ino, dev } = await current.file.stat();
    const same = ino === at.ino && dev === at.dev;
    if (same && (await holds(current.file, at))) return Object.assign(current, { offset: at.offset });
    if (same) counts.truncations++;
    return (await findOld(current, at)) ?? current;
  }

  /** The renamed or copied file that holds the place; `current` is closed then. */
  async function findOld(current: Reading, at: Place): Promise<Reading | undefined> {
    const holder = await findHolding(await findRotated(path), at);
    if (!holder) {
      if (at.offset > 0) counts.gaps++;
      return undefined;
    }
    await current.file.close();
    return readFrom(holder.path, at.offset, true);
  }

  async function isCut(at: Reading): Promise<boolean> {
    return !at.old && place !== undefined && place.offset === at.offset && !(await holds(at.file, place));
  }

  /** The file was copied and cut: what was not read of it yet is in the copy. */
  async function goOnInCopy(at: Reading): Promise<Reading> {
    counts.truncations++;
    const copy = place && (await findOld(at, place));
    if (copy) return copy;
    at.offset = 0;
    place = await placeOf(at);
    return at;
  }

  /** At the end of what is read: goes on to the file that came after it. False where nothing more is there now. */
  async function turnOver(at: Reading): Promise<boolean> {
    if (!at.old) {
      // Whoever renamed it may not have told its writer yet: it is looked at once more, later.
      at.old = await isReplaced(at);
      return false;
    }
    if (!at.drained) {
      at.drained = true;
      return true;
    }
    const successor = await openSuccessor(at);
    if (!successor) return false;
    await at.file.close();
    [reading, place] = [successor, await placeOf(successor)];
    counts.rotations++;
    return true;
  }

  /**
   * Files come and go at any time, also while it is looked which there are. So the current one is opened before: if it is rotated
   * then, it is among the others in its turn. Undefined where they were renamed meanwhile: it is looked again later.
   */
  async function openSuccessor({ file }: Reading): Promise<Reading | undefined> {
    const { ino, mtimeMs } = await file.stat();
    const current = await openCurrent();
    const next = (await findRotated(path)).find((each) => each.changed > mtimeMs && each.ino !== ino);
    if (!next) return current;
    await current.file.close();
    const successor = await readFrom(next.path, 0, true);
    if ((await successor.file.stat()).ino === next.ino) return successor;
    await successor.file.close();
    return undefined;
  }

  async function isReplaced({ file }: Reading): Promise<boolean> {
    const [mine, now] = [await file.stat(), await stat(path)];
    return now.ino !== mine.ino || now.dev !== mine.dev;
  }

  return {
    next,
    counts: () => ({ ...counts }),
    async close() {
      await reading?.file.close();
      reading = undefined;
    },
  };
}

async function readFrom(path: string, offset: number, old: boolean): Promise<Reading> {
  return { file: await open(path), path, offset, old, drained: false };
}

async function placeOf({ file, offset }: Reading): Promise<Place> {
  const { ino, dev } = await file.stat();
  return { ino, dev, offset, mark: await markBefore(file, offset) };
}
