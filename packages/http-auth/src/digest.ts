// Secrets are held and compared as SHA-256 digests: equal lengths, constant time, and nothing to read in a heap dump.
import { createHash, timingSafeEqual } from 'node:crypto';

const told = /^sha256:([0-9a-f]{64})$/i;

export const digestOf = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

/** Of a secret as it stands in a file: itself, or `sha256:` and its digest. */
export function digestOfSecret(secret: string): Buffer {
  const hex = told.exec(secret)?.[1];
  return hex === undefined ? digestOf(secret) : Buffer.from(hex, 'hex');
}

export const isSame = (one: Buffer, other: Buffer): boolean => timingSafeEqual(one, other);
