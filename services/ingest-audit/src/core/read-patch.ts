// What a patch asked for, field by field, without its secrets. A patch is a part of the object, or a list of operations on its fields.
import { type AuditItem, fieldsOf, isFields, type JsonFields, leavesOf, textIn } from '@winnow/contracts';
import { REDACTED, redactObject, redactText, secretLooking } from '@winnow/redaction';

export type PatchField = NonNullable<AuditItem['patch']>[number];

const FIELDS = 60;
const PATH = 300;
const VALUE = 200;
/** A place in a list further back than this is not told apart from it. */
const ELEMENTS = 100;

/** Undefined where nothing of the configuration was to change. @param kind of the object that was patched. */
export function readPatch(body: unknown, kind: string): PatchField[] | undefined {
  const fields = Array.isArray(body)
    ? body.flatMap((each) => ofOperation(fieldsOf(each), kind))
    : ofPart(fieldsOf(body), kind);
  const kept = fields.slice(0, FIELDS).map(({ path, value }) => ({
    path: path.slice(0, PATH),
    ...(value !== undefined && { value: value.slice(0, VALUE) }),
  }));
  return kept.length > 0 ? kept : undefined;
}

/** A merge patch, a strategic merge patch, an apply configuration: a part of the object as it is to be. */
function ofPart(part: JsonFields, kind: string): PatchField[] {
  const redacted = fieldsOf(redactObject({ ...part, kind, metadata: {} }));
  const { labels } = fieldsOf(part.metadata);
  const kept = Object.keys(part).filter((name) => !isBookkeeping(name) && !holdsData(kind, name));
  return [
    ...dataOf(part, kind, fieldsOf(redacted.hashes)),
    ...ofLeaves('metadata.labels', labels),
    ...kept.flatMap((name) => ofLeaves(name, redacted[name])),
  ];
}

const isBookkeeping = (name: string): boolean =>
  ['apiVersion', 'kind', 'metadata', 'status'].includes(name) || name.startsWith('$');

const holdsData = (kind: string, name: string): boolean =>
  (kind === 'Secret' || kind === 'ConfigMap') && ['data', 'stringData', 'binaryData'].includes(name);

/** The keys alone of a Secret; of a ConfigMap also whether a value is another one, by its hash. */
function dataOf(part: JsonFields, kind: string, hashes: JsonFields): PatchField[] {
  return ['data', 'stringData', 'binaryData']
    .filter((name) => holdsData(kind, name))
    .flatMap((name) => Object.entries(fieldsOf(part[name])))
    .map(([key, value]) => {
      const path = `data.${key}`;
      if (value === null) return { path };
      return { path, value: kind === 'ConfigMap' ? (textIn(hashes[key]) ?? REDACTED) : REDACTED };
    });
}

function ofLeaves(path: string, value: unknown): PatchField[] {
  return [...leavesOf(path, value)]
    .filter(([leaf]) => !leaf.includes('$'))
    .map(([leaf, text]) => (text === null ? { path: leaf } : { path: leaf, value: hide(leaf, text) }));
}

/** By the name of its last field, and by shape, whatever the structure. */
function hide(path: string, text: string): string {
  const name = /([^.[\]]+)\]?$/.exec(path)?.[1] ?? '';
  const flagOf = /^(?:true|false|\d{1,5})$/i.test(text);
  return secretLooking(name) && !flagOf ? REDACTED : redactText(text);
}

/** One operation of a JSON patch (RFC 6902). */
function ofOperation({ op, path, value }: JsonFields, kind: string): PatchField[] {
  if (typeof path !== 'string' || op === 'test') return [];
  const tokens = path
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (isBookkeeping(tokens[0] ?? '') && tokens[1] !== 'labels') return [];
  if (op === 'add' || op === 'replace') {
    if (tokens.length === 0) return ofPart(fieldsOf(value), kind);
    // Without the name of the variable, or the flag before it, nobody knows whether it is a secret.
    const nameless = isNameless(tokens) && !isFields(value);
    return ofPart(fieldsOf(wrap(tokens, nameless ? REDACTED : value)), kind);
  }
  return [{ path: dotted(tokens) }];
}

const isNameless = (tokens: readonly string[]): boolean =>
  /(?:^|\/)(?:env\/[^/]+\/value|(?:args|command)\/[^/]+)$/.test(tokens.join('/'));

const isPlace = (token: string): boolean => /^\d{1,4}$/.test(token) || token === '-';

/** The object that holds nothing but the value at that place. */
function wrap([token, ...rest]: readonly string[], value: unknown): unknown {
  if (token === undefined) return value;
  const inner = wrap(rest, value);
  if (!isPlace(token)) return Object.fromEntries([[token, inner]]);
  const list: unknown[] = new Array(Math.min(Number(token) || 0, ELEMENTS)).fill(undefined);
  return [...list, inner];
}

function dotted([first = '', ...rest]: readonly string[]): string {
  return rest.reduce((path, token) => (isPlace(token) ? `${path}[${token}]` : `${path}.${token}`), first);
}
