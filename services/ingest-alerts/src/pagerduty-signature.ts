// PagerDuty signs the raw body: `X-PagerDuty-Signature: v1=<hex>,v1=<hex>`, HMAC-SHA256, one for each secret in use.
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Signatures of a header that are looked at: a sender has one for each secret that it rotates. */
const MOST = 20;

/** True where any of the signatures was made with any of the secrets; each pair is compared, in constant time. */
export function isSigned(body: Buffer, header: string | undefined, secrets: readonly string[]): boolean {
  const wanted = secrets.map((secret) => createHmac('sha256', secret).update(body).digest());
  let found = false;
  for (const each of (header ?? '').split(',').slice(0, MOST)) {
    const [, hex = ''] = /^\s*v1=([0-9a-f]{64})\s*$/i.exec(each) ?? [];
    const given = Buffer.from(hex, 'hex');
    for (const digest of wanted) found = (given.length === digest.length && timingSafeEqual(given, digest)) || found;
  }
  return found;
}
