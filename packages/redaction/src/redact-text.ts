// Free text: logs, messages, arguments. Secrets are known by shape; each distinct text is scanned once.
import { redactKeyValues } from './key-values.ts';
import { redactTokenShapes } from './token-shapes.ts';
import { redactUrlPasswords } from './url-passwords.ts';

/** No secret that we know goes without one of these. */
const hint =
  /pass|pwd|secret|token|key|cred|auth|cookie|bearer|basic|PRIVATE KEY|eyJ|A[KS]IA|AIza|ya29|gh[pousr]_|glpat|xox|[sr]k_|npm_|dckr_|dop_v1|pypi-|hv[sbr]\.|SG\.|sk-|hooks\.slack|@|sig=|code=|signature=/i;

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
  if (!hint.test(text)) return text;
  const known = young.get(text);
  if (known !== undefined) return known;
  const aged = old.get(text);
  return remember(text, aged ?? scan(text));
}
