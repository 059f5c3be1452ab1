import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fillCache, findCached } from './cache.ts';
import { findCommand, run } from './run.ts';
import type { Source } from './source.ts';

/** The jars that a `pom.xml` names, and those that they need, in one folder of the cache. */
export function mavenJars(what: string, folder: string, pom: string): Source {
  return {
    what,
    find: () => (findCommand('java') ? findCached(folder) : undefined),
    obstacle() {
      if (!findCommand('java')) return 'it runs on Java (17 or later), which is not installed';
      return findCommand('mvn') ? undefined : 'its jars are fetched with Maven, which is not installed';
    },
    obtain: () =>
      fillCache(folder, async (into) => {
        copyFileSync(pom, join(into, 'pom.xml'));
        await run('mvn', ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${into}`], { cwd: into });
      }),
  };
}
