// Secrets that stand after the name of a secret: `password=…`, `"token": "…"`, `Pwd=…;`, `--api-key …`, `Authorization: Bearer …`.
// Prose must stay: `using password: YES`, `failed to get token: context deadline exceeded`, `secret "db" not found`.
import { REDACTED } from './mark.ts';
import { secretLooking } from './secret-names.ts';

const core =
  /pass(?:word|wd|phrase|code)?|pwd|secret|token|api[-_ ]?key|[a-z][-_]key|accesskey|privatekey|accountkey|signingkey|encryptionkey|credential|authorization|cookie|requirepass|(?<=[?&;])(?:key|sig|signature|code)=|_auth|(?<=["'])auth(?=\\{0,8}["'])/gi;
/** The longest name that is looked at, and the longest value that is hidden as a whole. */
const nameLimit = 64;
const valueLimit = 8192;
const separator = /^(?:\\{0,8}["'])?\]?[ \t]{0,4}(=>|:=|==|[:=])[ \t]{0,4}/;
const nameUnit = /[A-Za-z0-9_.-]/;

/** Values that say that there is no secret, where it is, or what went wrong with it. */
const telling =
  /^(?:true|false|null|nil|none|yes|no|undefined|unknown|unset|empty|missing|required|optional|expired|invalid|valid|denied|revoked|rejected|incorrect|wrong|mismatch|malformed|forbidden|unauthorized|unauthenticated|failed|failure|failing|error|timeout|refused|not|found|unexpected|disabled|enabled|default|changeme\?|n\/a|redacted|hidden|masked|\*+|x{3,}|<[^<>]{0,64}>|\[[A-Za-z]{0,16}\]?|\$[({][^)}]{0,128}[)}]?|\{\{.{0,128}|%[sdvq]|\d{3})$/i;

interface Span {
  readonly from: number;
  readonly to: number;
}

/** The whole name around a match, to both sides. */
function nameAround(text: string, from: number, to: number): Span {
  let begin = from;
  while (begin > 0 && from - begin < nameLimit && nameUnit.test(text[begin - 1] ?? '')) begin--;
  let end = to;
  while (end < text.length && end - to < nameLimit && nameUnit.test(text[end] ?? '')) end++;
  return { from: begin, to: end };
}

/** From an opening quote (escaped n times inside JSON in JSON) to the one that closes it. */
function quotedValue(text: string, from: number): Span | undefined {
  const open = /^(\\{0,8})(["'`])/.exec(text.slice(from, from + 9));
  if (!open) return undefined;
  const quote = open[0];
  const begin = from + quote.length;
  let end = text.indexOf(quote, begin);
  // A quote that is escaped once more than the opening one belongs to the value.
  while (end > 0 && text[end - 1] === '\\' && end - begin < valueLimit) end = text.indexOf(quote, end + quote.length);
  return { from: begin, to: end < 0 ? Math.min(text.length, begin + valueLimit) : end };
}

function bareValue(text: string, from: number): Span {
  let end = from;
  const limit = Math.min(text.length, from + valueLimit);
  for (; end < limit; end++) {
    const unit = text[end] ?? '';
    if (/[\s;&"'<>`|\\]/.test(unit)) break;
    // A comma or a closing bracket ends the value where something new begins after it.
    if (unit === ',' && /^(?:\s|$|["']|[\w.-]{1,64}[=:])/.test(text.slice(end + 1, end + 68))) break;
    if (/[)}\]]/.test(unit) && /^(?:$|[\s,;.:)}\]])/.test(text.slice(end + 1, end + 2))) break;
  }
  return { from, to: end };
}

/** `failed to get token: context deadline exceeded` goes on as a sentence; `password: letmein user: bob` goes on as pairs. */
function isProse(text: string, value: string, to: number): boolean {
  if (/^(?:https?:\/\/|\/[a-z])/.test(value)) return true;
  if (/^[A-Za-z][A-Za-z0-9_]{0,20}:$/.test(value)) return text[to] === ' ';
  if (!/^(?:[A-Z]?[a-z]+|[A-Z]+|secrets?)$/.test(value)) return false;
  return (
    /^ (?:["'/([]|[A-Za-z0-9]{1,40}(?:[ .,)]|: |$))/.test(text.slice(to, to + 44)) &&
    !/^ \w{1,40}[:=]\s?\S/.test(text.slice(to, to + 44))
  );
}

/** `auth-token:8080` is a host, `acme/vault-token:1.2.3` an image. */
function isAddress(text: string, name: Span, value: string): boolean {
  if (/^\d{2,5}(?:[/,.\s:]|$)/.test(value) || /^sha256:/.test(value)) return true;
  if (/[/@]/.test(text[name.from - 1] ?? '')) return true;
  return text.slice(name.from, name.to).includes('-') && /^(?:v?\d+(?:\.\d+)*(?:-[a-z0-9.]+)?|[a-z]+)$/.test(value);
}

/** What is to be hidden after the name, if anything. */
function secretAfter(text: string, name: Span): Span | undefined {
  const label = text.slice(name.from, name.to);
  const flag = label.startsWith('--') && text[name.to] === ' ';
  const between = separator.exec(text.slice(name.to, name.to + 24));
  if (!between && !flag) return undefined;
  const after = name.to + (between ? between[0].length : 1);
  // A list of texts: its first one counts for all. What stands in an object has names of its own.
  const from = after + (/^\[\s{0,4}(?=\\{0,8}["'])/.exec(text.slice(after, after + 16))?.[0].length ?? 0);
  if (between?.[1] === ':' && text[from] === '{') return undefined;
  const quoted = quotedValue(text, from);
  const header = /(?:authorization|cookie)$/i.test(label);
  const span = quoted ?? (header ? lineValue(text, from) : bareValue(text, from));
  const value = text.slice(span.from, span.to);
  if (value === '' || telling.test(value.replace(/[.,!)\]]+$/, '')) || value.startsWith(REDACTED)) return undefined;
  if (quoted) return span;
  if (flag && !between) return value.startsWith('-') ? undefined : span;
  if (between?.[1] !== ':') return span;
  if (!/[ \t]$/.test(between[0]) && isAddress(text, name, value)) return undefined;
  return isProse(text, value, span.to) ? undefined : span;
}

/** Headers: `Bearer …`, `Basic …`, `a=b; c=d` up to the end of the line, or of the string that holds it. */
function lineValue(text: string, from: number): Span {
  const rest = text.slice(from, from + valueLimit);
  const scheme = /^(?:bearer|basic|token|digest|negotiate|aws4-hmac-sha256)\s+/i.exec(rest)?.[0].length ?? 0;
  const end = rest.slice(scheme).search(/[\r\n"'\\]/);
  return { from: from + scheme, to: end < 0 ? from + rest.length : from + scheme + end };
}

function isSecretName(label: string): boolean {
  return secretLooking(label) || /(?:^|[-_.])(?:authorization|cookie)$|^auth$/i.test(label);
}

/** Query parameters that hold keys and signatures only where they are long: `?sig=…`. */
function parameterAfter(text: string, from: number): Span | undefined {
  const span = bareValue(text, from);
  return span.to - span.from >= 16 ? span : undefined;
}

/** Hides the values after names of secrets. Each character is looked at a bounded number of times. */
export function redactKeyValues(text: string): string {
  let out = '';
  let from = 0;
  core.lastIndex = 0;
  for (let match = core.exec(text); match; match = core.exec(text)) {
    const end = match.index + match[0].length;
    const parameter = match[0].endsWith('=');
    const name = nameAround(text, match.index, end);
    const secret = parameter
      ? parameterAfter(text, end)
      : isSecretName(text.slice(name.from, name.to))
        ? secretAfter(text, name)
        : undefined;
    if (secret) out += text.slice(from, secret.from) + REDACTED;
    if (secret) from = secret.to;
    core.lastIndex = Math.max(secret?.to ?? 0, parameter ? end : name.to);
  }
  return from === 0 ? text : out + text.slice(from);
}
