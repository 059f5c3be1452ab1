// Ids are hashes of what they are about, so that the same input gives the same id on every machine.

/** Two independent 32-bit lanes over the UTF-16 units of a text (after cyrb53, public domain): no clock, no I/O, not for secrets. */
function lanes(text: string): [number, number] {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return [a >>> 0, b >>> 0];
}

const quads = new Array<string | undefined>(0x10000);
const quad = (bits: number) => (quads[bits] ??= bits.toString(16).padStart(4, '0'));

/** 32 bits as 8 hexadecimal digits: two look-ups, since millions of ids are written. */
export const hex32 = (lane: number): string => quad(lane >>> 16) + quad(lane & 0xffff);

/** 64 bits of a text as 16 hexadecimal digits. */
export function hash64(text: string): string {
  const [a, b] = lanes(text);
  return hex32(b) + hex32(a);
}

/** 128 bits of a text as 32 hexadecimal digits: the form of a W3C trace id. */
export function hash128(text: string): string {
  return hash64(text) + hash64(`${text}\u0000`);
}

/** A 32-bit hash for choosing partitions and buckets. */
export function hash32(text: string): number {
  return lanes(text)[0];
}
