// Free text: logs, messages, arguments. Secrets are known by shape; each distinct text is scanned once.
import { redactKeyValues } from './key-values.ts';
import { redactTokenShapes } from './token-shapes.ts';
import { redactUrlPasswords } from './url-passwords.ts';

/** Without one of these only a credential that is known by its shape can be there, and none of those is short. */
const joint = /[=:@\s]/;
const shape = /eyJ|A[KS]IA|AIza|ya29|gh[pousr]_|github_pat|glpat|xox|[sr]k_|npm_|dckr_|dop_v1|pypi-|hv[sbr]\.|SG\.|sk-/;
const shortest = 16;
/** No secret goes without one of these, or the shape of one. */
const hint =
  /pass|pwd|secret|token|key|cred|auth|cookie|bearer|basic|private|hooks\.slack|[?&;](?:sig|code|signature)=/i;

function isPlain(text: string): boolean {
  if (!joint.test(text)) return text.length < shortest || !shape.test(text);
  return !text.includes('@') && !hint.test(text) && !shape.test(text);
}

const cacheUnits = 4_000_000;
const cachedLength = 4096;
let young = new Map<string, string>();
let old = new Map<string, string>();
let units = 0;

/** Two generations: what was not asked for while the young one filled up is forgotten. */
function remember(text: string, redacted: string): string {
  if (text.length > cachedLength) return redacted;
  units += text.length + redacted.length;
  if (units > cacheUnits) {
    old = young;
    young = new Map();
    units = text.length + redacted.length;
  }
  young.set(text, redacted);
  return redacted;
}

function scan(text: string): string {
  return redactKeyValues(redactTokenShapes(redactUrlPasswords(text)));
}

/**
 * Hides secrets in a text by their shape: credentials in URLs and headers, keys of known providers, private keys, values after
 * names of secrets. Hosts, ports, images, digests, uids, names and words of errors stay. Linear in the text's length.
 */
export function redactText(text: string): string {
  if (isPlain(text)) return text;
  const known = young.get(text);
  if (known !== undefined) return known;
  const aged = old.get(text);
  return remember(text, aged ?? scan(text));
}
