import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './cache.ts';
import { withLock } from './lock.ts';
import { findCommand, run } from './run.ts';
import type { Source } from './source.ts';

// Debian's packages start their services by themselves unless this says no.
const POLICY = '/usr/sbin/policy-rc.d';

async function withoutServices(work: () => Promise<void>): Promise<void> {
  const isOurs = !existsSync(POLICY);
  if (isOurs) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await work();
  } finally {
    if (isOurs) rmSync(POLICY);
  }
}

async function install(name: string): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env });
  await withoutServices(() => run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], { env }));
}

/** A server of a Debian package, under the first of the commands that the machine has. */
export function debianPackage(what: string, name: string, ...commands: readonly string[]): Source {
  const find = () => findCommand(...commands);
  return {
    what,
    find,
    obstacle() {
      if (findCommand('apt-get') && process.getuid?.() === 0) return undefined;
      return `no command ${commands.join(' or ')} is installed (on Debian: apt-get install ${name}, as root)`;
    },
    async obtain() {
      await withLock(join(cacheFolder(), 'apt.lock'), async () => {
        if (!find()) await install(name);
      });
      const found = find();
      if (!found) throw new Error(`the package ${name} brought none of: ${commands.join(', ')}`);
      return found;
    },
  };
}
