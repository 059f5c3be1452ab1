// The file of credentials, and who a request is by it.
import { ALL_TENANTS, type Grant, TENANT_NAME, TENANT_NAME_EXPECTED } from '@winnow/contracts';
import { parse } from 'yaml';
import { z } from 'zod';
import { digestOf, digestOfSecret, isSame } from './digest.ts';
import { type Scope, scopes } from './scopes.ts';

const secret = z.string().min(1);
const credentialSchema = z
  .strictObject({
    name: z.string().regex(/^[\w.:@/-]{1,100}$/, 'takes at most 100 letters, digits and .:@/_-'),
    bearer: z.array(secret).default([]),
    basic: z.array(z.strictObject({ user: z.string().min(1), password: secret })).default([]),
    /** Common names of client certificates. */
    certificates: z.array(z.string().min(1)).default([]),
    may: z.array(z.enum(scopes)).min(1),
    tenant: z
      .string()
      .refine((name) => name === ALL_TENANTS || TENANT_NAME.test(name), `takes ${TENANT_NAME_EXPECTED}, or *`)
      .optional(),
    clusters: z.array(z.string().min(1)).min(1).optional(),
  })
  .refine(({ bearer, basic, certificates }) => bearer.length + basic.length + certificates.length > 0, {
    message: 'has neither bearer, basic nor certificates',
  });
const fileSchema = z.strictObject({ credentials: z.array(credentialSchema).min(1) });

export interface Credential extends Grant {
  readonly may: readonly Scope[];
}

/** What a request shows of who it is. */
export interface Shown {
  /** The header. */
  readonly authorization: string | undefined;
  /** The common name of a client certificate that was verified. */
  readonly certificate: string | undefined;
}

export type Credentials = (shown: Shown) => Credential | undefined;

/** @throws Error that names the field and what it takes; it never quotes a secret. */
export function readCredentials(text: string): Credentials {
  const parsed = fileSchema.safeParse(parsedFile(text));
  if (!parsed.success) throw new Error(parsed.error.issues.map(describe).join('; '));
  const all = parsed.data.credentials.map(({ name, may, tenant, clusters, bearer, basic, certificates }) => ({
    credential: { name, may, ...(tenant && { tenant }), ...(clusters && { clusters }) },
    tokens: bearer.map(digestOfSecret),
    pairs: basic.map(({ user, password }) => ({ user: digestOf(user), password: digestOfSecret(password) })),
    certificates,
  }));

  return ({ authorization, certificate }) => {
    const token = tokenIn(authorization);
    const pair = pairIn(authorization);
    let found: Credential | undefined;
    // All are looked at, whichever fits: the time says nothing.
    for (const { credential, tokens, pairs, certificates: names } of all) {
      const byToken = token !== undefined && countSame(tokens, (each) => isSame(each, token));
      const byPair = pair !== undefined && countSame(pairs, (each) => bothSame(each, pair));
      if (byToken || byPair) found ??= credential;
      if (!authorization && certificate !== undefined && names.includes(certificate)) found ??= credential;
    }
    return found;
  };
}

function parsedFile(text: string): unknown {
  try {
    return parse(text);
  } catch {
    // The parser's message quotes the text.
    throw new Error('it is neither YAML nor JSON');
  }
}

function describe({ path, message }: z.core.$ZodIssue): string {
  const place = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return `${place.replace(/^\./, '') || 'the file'}: ${message}`;
}

/** True where any is; none is left out. */
function countSame<T>(list: readonly T[], same: (each: T) => boolean): boolean {
  let count = 0;
  for (const each of list) if (same(each)) count++;
  return count > 0;
}

interface Pair {
  readonly user: Buffer;
  readonly password: Buffer;
}

function bothSame(one: Pair, other: Pair): boolean {
  const [user, password] = [isSame(one.user, other.user), isSame(one.password, other.password)];
  return user && password;
}

function tokenIn(authorization: string | undefined): Buffer | undefined {
  const token = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  return token === undefined ? undefined : digestOf(token);
}

function pairIn(authorization: string | undefined): Pair | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=_-]+) *$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return undefined;
  return { user: digestOf(text.slice(0, colon)), password: digestOf(text.slice(colon + 1)) };
}
