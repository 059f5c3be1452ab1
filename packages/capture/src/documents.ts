// The documents of a text that is JSON, several JSON values one after the other, or YAML of several documents.
import { createRequire } from 'node:module';
import { type Parsed, parseJson } from './parse-json.ts';

const require = createRequire(import.meta.url);

/** Where each top-level JSON value ends, by its brackets; text outside of brackets is passed over. */
function splitJson(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (inString) {
      if (unit === 0x5c) i++;
      else if (unit === 0x22) inString = false;
    } else if (unit === 0x22) inString = true;
    else if (unit === 0x7b || unit === 0x5b) depth++;
    else if (unit === 0x7d || unit === 0x5d) {
      depth--;
      if (depth > 0) continue;
      parts.push(text.slice(from, i + 1));
      from = i + 1;
      depth = 0;
    }
  }
  if (text.slice(from).trim() !== '') parts.push(text.slice(from));
  return parts;
}

/** The parser is loaded where there is YAML: its many files would slow each start down. */
function parseYaml(text: string): Parsed[] {
  const { parseAllDocuments } = require('yaml') as typeof import('yaml');
  const documents = parseAllDocuments(text, { logLevel: 'silent', uniqueKeys: false });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document): Parsed[] => {
    const [error] = document.errors;
    // The message would quote the text: it may hold a secret.
    if (error) return [{ found: `no YAML at line ${error.linePos?.[0].line ?? '?'} (${error.code})` }];
    const value: unknown = document.toJS({ maxAliasCount: 1000 });
    return value === null || value === undefined ? [] : [{ value }];
  });
}

/** Each document, or why it cannot be read. An empty JSON text is one that cannot be read; an empty YAML text has no documents. */
export function parseDocuments(text: string, yaml: boolean): Parsed[] {
  const first = text.trimStart()[0];
  if (first === '{' || first === '[' || (!yaml && first === undefined)) {
    const whole = parseJson(text);
    if ('value' in whole) return [whole];
    const parts = splitJson(text).map(parseJson);
    // Only where it begins with a whole value is it several; else one that is broken.
    if (parts.length > 1 && parts[0] && 'value' in parts[0]) return parts;
    if (!yaml) return [whole];
  } else if (!yaml) return [{ found: `a text of ${text.length} characters that is not JSON` }];
  try {
    return parseYaml(text);
  } catch (error) {
    return [{ found: `no YAML (${error instanceof Error ? error.name : 'unknown error'})` }];
  }
}
