// Which names (of env variables, keys, flags, fields) promise a secret as their value.

/** A word that names a secret by itself, or ends in one: `PGPASSWORD`, `clientSecret`, `DB_PASS`. */
const secretWord =
  /^(?:pass|auth|creds?|sas|pat|dsn|otp)$|(?:password|passwd|passphrase|passcode|pwd|secrets?|token|credentials?|apikey|accesskey|privatekey|secretkey|accountkey|requirepass|masterauth|authkey)$/;
const weakWords = new Set(['auth', 'pat', 'dsn', 'otp', 'sas']);
/** Words that make a secret of a following `key`. */
const keyOwners =
  /^(?:api|access|private|secret|account|shared|signing|encryption|master|storage|ssh|license|licence|auth|service|consumer|hmac|jwt|session|cookie)$/;
/** A last word that says: not the secret itself but something about it. */
const aboutWord =
  /^(?:name|names|file|files|path|dir|directory|url|uri|endpoint|host|hostname|addr|address|port|service|server|svc|ref|refs|type|kind|class|ttl|expiry|expires|expiration|expired|seconds|minutes|timeout|interval|refresh|rotation|length|min|max|count|limit|size|enabled|disabled|required|provider|issuer|audience|version|policy|namespace|mount|algorithm|alg|store|manager|operator|controller|review|request|requests|source|prefix|suffix|header|field|format|cache|error|errors|status|arn|valid|invalid|validation|method|mode|scheme|bucket|usage|used|rate)$/;

/** `DB_PASSWORD`, `dbPassword`, `db.password` → db, password. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** True where the value under this name is to be hidden: `DB_PASSWORD`, `apiKey`, `token`; not `TOKEN_URL`, `secretName`, `MAX_TOKENS`. */
export function secretLooking(name: string): boolean {
  const words = wordsOf(name.length > 128 ? name.slice(-128) : name);
  const last = words.at(-1);
  if (last === undefined || aboutWord.test(last)) return false;
  return words.some((word, i) => {
    if (word === 'key') return i > 0 && keyOwners.test(words[i - 1] ?? '');
    if (!secretWord.test(word)) return false;
    // `auth` and the like name a subject as often as a secret: they count only as the last word of several.
    return !weakWords.has(word) || (i > 0 && i === words.length - 1 && word !== 'dsn');
  });
}
