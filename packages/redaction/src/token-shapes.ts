// Credentials that are known by their shape alone. Each pattern may start only where a run of its characters starts, so that no
// character is looked at more than a few times, whatever the text.
import { REDACTED } from './mark.ts';

const start = '(?<![A-Za-z0-9_-])';
const shapes: readonly RegExp[] = [
  // JSON Web Tokens; the signature may be missing.
  /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g,
  // AWS key ids.
  /(?<![A-Za-z0-9_-])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g,
  // Google API keys and OAuth tokens.
  /(?<![A-Za-z0-9_-])AIza[0-9A-Za-z_-]{35}/g,
  /(?<![A-Za-z0-9_-])ya29\.[0-9A-Za-z_-]{20,}/g,
  // GitHub, GitLab, Slack, Stripe, npm, Docker Hub, DigitalOcean, PyPI.
  new RegExp(
    `${start}(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{20,}|xox[abeoprs]-[A-Za-z0-9-]{10,}` +
      '|[sr]k_(?:live|test)_[A-Za-z0-9]{16,}|npm_[A-Za-z0-9]{30,}|dckr_pat_[A-Za-z0-9_-]{20,}|dop_v1_[a-f0-9]{40,}|pypi-[A-Za-z0-9_-]{40,})',
    'g',
  ),
  // HashiCorp Vault, SendGrid.
  /(?<![A-Za-z0-9_-])hv[sbr]\.[A-Za-z0-9_-]{20,}/g,
  /(?<![A-Za-z0-9_-])SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g,
  // OpenAI and Anthropic keys: an upper-case letter tells them from the name of a pod.
  /(?<![A-Za-z0-9_-])sk-(?=[a-z0-9_-]*[A-Z])[A-Za-z0-9_-]{20,}/g,
];
const slackHook = /(hooks\.slack\.com\/services\/)[A-Za-z0-9/_-]{20,}/g;
const hint =
  /eyJ|A[KS]IA|AIza|ya29\.|gh[pousr]_|github_pat_|glpat-|xox|[sr]k_|npm_|dckr_pat_|dop_v1_|pypi-|hv[sbr]\.|SG\.|sk-|hooks\.slack/;

const scheme = /(?<![A-Za-z0-9_-])(bearer|basic)(\s{1,4}|\s{0,4}[:=]\s{0,4})([A-Za-z0-9._~+/=-]{6,})/gi;

/** `Bearer token expired` and `Basic realm=…` are prose, not credentials. */
function isCredential(value: string): boolean {
  if (/^[a-z_]{1,20}=$/i.test(value) || /^(?:realm|charset|error|scope)=/i.test(value)) return false;
  return /\d|=$|[a-z][A-Z]/.test(value) || value.length >= 24;
}

function redactPem(text: string): string {
  const begin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
  let out = '';
  let from = 0;
  for (let match = begin.exec(text); match; match = begin.exec(text)) {
    const end = text.indexOf('-----END', match.index);
    const tail = end < 0 ? -1 : text.indexOf('-----', end + 8);
    out += text.slice(from, match.index) + REDACTED;
    from = tail < 0 ? text.length : tail + 5;
    begin.lastIndex = from;
  }
  return out + text.slice(from);
}

/** Hides private keys, bearer and basic credentials, JWTs and the keys of well-known providers. */
export function redactTokenShapes(text: string): string {
  let out = text.includes('-----BEGIN') ? redactPem(text) : text;
  if (/bearer|basic/i.test(out)) {
    out = out.replace(scheme, (all, word: string, gap: string, value: string) =>
      isCredential(value) ? `${word}${gap}${REDACTED}` : all,
    );
  }
  if (!hint.test(out)) return out;
  for (const shape of shapes) out = out.replace(shape, REDACTED);
  return out.replace(slackHook, `$1${REDACTED}`);
}
