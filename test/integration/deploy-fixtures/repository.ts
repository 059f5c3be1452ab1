// What is shipped beside the code, read as whoever deploys it reads it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';

export const repository = fileURLToPath(new URL('../../..', import.meta.url));

export const inRepository = (...path: readonly string[]) => join(repository, ...path);

export const readText = (path: string) => readFileSync(inRepository(path), 'utf8');

export const readYaml = <T>(path: string) => parse(readText(path)) as T;

/** The documents of a stream, without the empty ones. @throws where one is no YAML */
export function documentsOf<T>(text: string): T[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = document.errors;
    if (error) throw error;
    return (document.toJS() as T | null) ?? [];
  });
}

/** Paths of all files below a folder of the repository, from its root. */
export function filesBelow(folder: string): string[] {
  const entries = readdirSync(inRepository(folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(repository.length));
}
