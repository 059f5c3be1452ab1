// Passwords in URLs and data source names: `scheme://user:PASS@host`, `user:PASS@tcp(host:3306)/db`, `jdbc:oracle:thin:user/PASS@host`.
// The user and the host stay: they say what could not be reached.
import { REDACTED } from './mark.ts';

/** The first character that no URL goes past. */
const urlEnd = /[\s"'<>`\\|(){}]/;
const maxUserinfo = 1024;
const looksLikeToken = /^(?=[^\d]*\d)[A-Za-z0-9_-]{20,}$/;

/** Where the userinfo of an authority that starts at `from` ends (the index of its `@`), or -1. */
function userinfoEnd(text: string, from: number): number {
  const rest = text.slice(from, from + maxUserinfo);
  const stop = rest.search(urlEnd);
  const url = stop < 0 ? rest : rest.slice(0, stop);
  const slash = url.search(/[/?#]/);
  const authority = slash < 0 ? url : url.slice(0, slash);
  const at = authority.lastIndexOf('@');
  if (at >= 0) return from + at;
  // A password may hold a slash that nobody encoded; `host:8080/path?mail=a@b` may not be taken for one.
  const colon = authority.indexOf(':');
  if (colon < 0 || /^\d*$/.test(authority.slice(colon + 1)) || authority.startsWith('[')) return -1;
  const last = url.lastIndexOf('@');
  return last < 0 ? -1 : from + last;
}

function redactUrls(text: string): string {
  let out = '';
  let from = 0;
  for (let i = text.indexOf('://'); i >= 0; i = text.indexOf('://', Math.max(i + 3, from))) {
    const begin = i + 3;
    const end = userinfoEnd(text, begin);
    if (end < 0) continue;
    const userinfo = text.slice(begin, end);
    const colon = userinfo.indexOf(':');
    const kept =
      colon >= 0 ? `${userinfo.slice(0, colon)}:${REDACTED}` : looksLikeToken.test(userinfo) ? REDACTED : userinfo;
    out += text.slice(from, begin) + (colon === userinfo.length - 1 ? userinfo : kept);
    from = end;
  }
  return out + text.slice(from);
}

const oracle = /(:(?:thin|oci8?):[^\s/@:]{1,64}\/)[^\s@"']{1,128}@/g;
const driver = /@(?:tcp|udp|unix)\(/g;

/** Go's MySQL data source names: from the `@tcp(` back to where the user starts. */
function redactDriverNames(text: string): string {
  let out = '';
  let from = 0;
  for (const match of text.matchAll(driver)) {
    let begin = match.index;
    while (begin > from && match.index - begin < 256 && !/[\s"'`=,(]/.test(text[begin - 1] ?? '')) begin--;
    const colon = text.slice(begin, match.index).indexOf(':');
    if (colon < 0) continue;
    out += text.slice(from, begin + colon + 1) + REDACTED;
    from = match.index;
  }
  return out + text.slice(from);
}

/** Hides passwords in URLs and data source names; keeps scheme, user, host, port and path. */
export function redactUrlPasswords(text: string): string {
  let out = text.includes('://') ? redactUrls(text) : text;
  if (!out.includes('@')) return out;
  if (/:(?:thin|oci8?):/.test(out)) out = out.replace(oracle, `$1${REDACTED}@`);
  return /@(?:tcp|udp|unix)\(/.test(out) ? redactDriverNames(out) : out;
}
