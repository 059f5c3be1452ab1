import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fillCache, findCached } from './cache.ts';
import { findCommand, run } from './run.ts';
import type { Source } from './source.ts';

export interface GoProgram {
  readonly what: string;
  /** `<name>-<version>` of the folder in the cache. */
  readonly folder: string;
  readonly binary: string;
  /** Lays `go.mod` and what else is needed into a folder, from where the package is built. */
  readonly prepare: (folder: string, go: Go) => Promise<void>;
  /** What `go build` takes. */
  readonly package: string;
}

export type Go = (...args: readonly string[]) => Promise<void>;

const goIn =
  (folder: string, go: string): Go =>
  (...args) =>
    run(go, args, {
      cwd: folder,
      env: { ...process.env, GOFLAGS: '-buildvcs=false', GOTOOLCHAIN: 'local', GOWORK: 'off', CGO_ENABLED: '0' },
    });

/** Builds it from the modules of the Go proxy. */
export function goProgram(program: GoProgram): Source {
  const { folder, binary, prepare } = program;
  const find = () => {
    const path = findCached(folder);
    return path && join(path, binary);
  };
  return {
    what: program.what,
    find,
    obstacle: () => (findCommand('go') ? undefined : 'it is built with Go (1.24 or later), which is not installed'),
    async obtain() {
      const path = await fillCache(folder, async (into) => {
        const go = goIn(into, findCommand('go') ?? 'go');
        await prepare(into, go);
        // Two compilers at a time: the linker of a program of this size takes a gigabyte by itself.
        await go('build', '-p', '2', '-ldflags', '-s -w', '-o', join(into, binary), program.package);
      });
      return join(path, binary);
    },
  };
}

/** For a program whose `go.mod`, `go.sum` and sources are in this repository. */
export const sourcesOf = (folder: string) => async (into: string) => cpSync(folder, into, { recursive: true });

/** For a package of a published module; `replace` are the replacements that the module's own `go.mod` asks for. */
export function publishedPackage(path: string, version: string, replace: readonly string[] = []) {
  return async (_into: string, go: Go) => {
    await go('mod', 'init', 'build');
    for (const each of replace) await go('mod', 'edit', `-replace=${each}`);
    await go('get', `${path}@${version}`);
  };
}
