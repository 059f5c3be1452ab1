// What a followed file was before it was renamed or copied away: its neighbours whose names begin as its own does.
import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { holds, type Place } from './place.ts';

export interface RotatedFile {
  readonly path: string;
  readonly ino: number;
  readonly dev: number;
  readonly size: number;
  /** Milliseconds: when it was written to last. */
  readonly changed: number;
}

/** Of `audit.log`: `audit-2026-03-08T15-21-12.035.log` as the API server names it, `audit.log.1` and `audit.log-20260308` as logrotate does. Oldest first. */
export async function findRotated(path: string): Promise<readonly RotatedFile[]> {
  const names = await readdir(dirname(path)).catch(() => []);
  const files = await Promise.all(
    names.filter((name) => isRotationOf(basename(path), name)).map((name) => lookAt(join(dirname(path), name))),
  );
  return files.flatMap((file) => file ?? []).sort((a, b) => a.changed - b.changed || (a.path < b.path ? -1 : 1));
}

function isRotationOf(base: string, name: string): boolean {
  const extension = extname(base);
  const stem = base.slice(0, base.length - extension.length);
  if (name.startsWith(`${base}.`) || name.startsWith(`${base}-`))
    return /^[.-]\d[-\dT:.]*$/.test(name.slice(base.length));
  if (!name.startsWith(`${stem}-`) || !name.endsWith(extension)) return false;
  return /^\d[-\dT:.]*$/.test(name.slice(stem.length + 1, name.length - extension.length));
}

/** Compressed ones cannot be gone on with in the middle; they are only counted. */
export async function countCompressed(path: string): Promise<number> {
  const names = await readdir(dirname(path)).catch(() => []);
  const plain = names.filter((name) => name.endsWith('.gz')).map((name) => name.slice(0, -3));
  return plain.filter((name) => isRotationOf(basename(path), name)).length;
}

async function lookAt(path: string): Promise<RotatedFile | undefined> {
  try {
    const found = await stat(path);
    if (!found.isFile()) return undefined;
    return { path, ino: found.ino, dev: found.dev, size: found.size, changed: found.mtimeMs };
  } catch {
    // It was removed meanwhile.
    return undefined;
  }
}

/** The one in which the place is: by what stands before it, the same file first. A copy has another number. */
export async function findHolding(files: readonly RotatedFile[], place: Place): Promise<RotatedFile | undefined> {
  const likeliest = files.toSorted(
    (a, b) => Number(b.ino === place.ino) - Number(a.ino === place.ino) || b.changed - a.changed,
  );
  for (const file of likeliest) {
    // Nothing tells files apart before their first byte.
    if (place.offset === 0 && file.ino !== place.ino) continue;
    const handle = await open(file.path).catch(() => undefined);
    try {
      if (handle && (await holds(handle, place))) return file;
    } finally {
      await handle?.close();
    }
  }
  return undefined;
}
