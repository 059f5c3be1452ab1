// What `docker build` would make of the Dockerfile and .dockerignore, without an engine: which files are sent, and which are in the image.
import { cpSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, matchesGlob, relative } from 'node:path';
import { inRepository, readText, repository } from './repository.ts';

export interface Instruction {
  readonly name: string;
  readonly args: string;
}

/** Of the Dockerfile, in their order, each on one line. */
export function readDockerfile(): Instruction[] {
  return readText('Dockerfile')
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => /^(\w+) +(.*)$/.exec(line) ?? [])
    .map(([, name = '', args = '']) => ({ name: name.toUpperCase(), args }));
}

/** What is copied from the context, not from another stage: sources and where they go. */
export function copiesOf(instructions: readonly Instruction[]): { sources: string[]; to: string }[] {
  return instructions
    .filter(({ name, args }) => name === 'COPY' && !args.includes('--from='))
    .map(({ args }) => {
      const words = args.split(/\s+/).filter((word) => !word.startsWith('--'));
      return { sources: words.slice(0, -1), to: words.at(-1) ?? '' };
    });
}

/** The last pattern of .dockerignore that a path or one of its folders matches decides. */
function isSent(path: string, patterns: readonly string[]): boolean {
  const parents = path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));
  let sent = true;
  for (const pattern of patterns) {
    const isException = pattern.startsWith('!');
    const glob = isException ? pattern.slice(1) : pattern;
    if (parents.some((parent) => matchesGlob(parent, glob))) sent = isException;
  }
  return sent;
}

const ignorePatterns = () =>
  readText('.dockerignore')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  if (path.endsWith('/node_modules')) return [];
  return readdirSync(path).flatMap((name) => filesIn(join(path, name)));
}

/** Copies what the build stage copies into a folder that stands for its WORKDIR. @returns the paths of the files, in it */
export function assembleBuildStage(into: string): string[] {
  const patterns = ignorePatterns();
  const assembled: string[] = [];
  for (const { sources, to } of copiesOf(readDockerfile())) {
    for (const source of sources) {
      for (const file of filesIn(inRepository(source))) {
        const path = relative(repository, file);
        if (!isSent(path, patterns)) continue;
        // A file goes into a folder by its name, and a folder's content takes the folder's place.
        const target = to.endsWith('/') ? join(to, path) : join(to, relative(source, path));
        mkdirSync(dirname(join(into, target)), { recursive: true });
        cpSync(file, join(into, target));
        assembled.push(target);
      }
    }
  }
  return assembled;
}

export const exists = (path: string) => existsSync(inRepository(path));
