// What a command does not need it must not load: the client library of Kubernetes alone takes longer than a small diagnosis.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const source = import.meta.dirname;
const root = resolve(source, '../../..');

/** Imports that are carried out at once: neither of types alone nor `import()`. */
function* importsOf(file: string): Generator<string> {
  const text = readFileSync(file, 'utf8');
  for (const [, names = '', from = ''] of text.matchAll(/^(?:import|export) ([^;']*?)(?:from )?'([^']+)';/gm)) {
    const named = /^\{(.*)\}\s*$/s
      .exec(names.trim())?.[1]
      ?.split(',')
      .filter((name) => name.trim() !== '');
    const onlyTypes = names.startsWith('type ') || named?.every((name) => name.trim().startsWith('type '));
    if (!onlyTypes) yield from;
  }
}

function fileOf(from: string, importer: string): string | undefined {
  if (from.startsWith('.')) return resolve(dirname(importer), from);
  const [, name] = /^@winnow\/([^/]+)$/.exec(from) ?? [];
  const found = ['packages', 'services'].map((part) => join(root, part, name ?? '?', 'src/index.ts'));
  return found.find((file) => existsSync(file));
}

/** Every package that is loaded with a file. */
function loadedWith(file: string, seen = new Set<string>()): ReadonlySet<string> {
  for (const from of importsOf(file)) {
    if (seen.has(from) && !from.startsWith('.')) continue;
    if (!from.startsWith('.')) seen.add(from);
    const next = fileOf(from, file);
    if (next === undefined || seen.has(next)) continue;
    seen.add(next);
    loadedWith(next, seen);
  }
  return seen;
}

describe('given the commands', () => {
  const commands = readdirSync(join(source, 'commands')).filter((name) => !name.includes('.test.'));

  test.each(commands)('when %s is loaded, then nothing of the Kubernetes client is', (name) => {
    const loaded = [...loadedWith(join(source, 'commands', name))];
    expect(loaded.length).toBeGreaterThan(0);
    expect(loaded.filter((each) => /@kubernetes|@winnow\/kubernetes/.test(each))).toEqual([]);
  });

  test('when up runs, then it is loaded only where a cluster is watched', () => {
    const loaded = loadedWith(join(source, 'up/run-up.ts'));
    expect(loaded.has('@winnow/ingest-cluster')).toBe(true);
    expect(loaded.has('@winnow/kubernetes')).toBe(false);
  });
});
