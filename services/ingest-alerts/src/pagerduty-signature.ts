// PagerDuty signs the raw body: `X-PagerDuty-Signature: v1=<hex>,v1=<hex>`, HMAC-SHA256, one for each secret in use.
import { createHmac, timingSafeEqual } from 'node:crypto';

/** True where any of the signatures is right; compared in constant time. */
export function isSigned(body: Buffer, header: string | undefined, secret: string): boolean {
  const wanted = createHmac('sha256', secret).update(body).digest();
  return (header ?? '').split(',').some((each) => {
    const [version, hex = ''] = each.trim().split('=');
    const given = Buffer.from(hex, 'hex');
    return version === 'v1' && given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}
