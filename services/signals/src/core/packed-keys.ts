// Keys of 64 bits as 16 hexadecimal digits, and as two numbers in the columns of a packed table.

export const highOf = (key: string): number => Number.parseInt(key.slice(0, 8), 16);
export const lowOf = (key: string): number => Number.parseInt(key.slice(8, 16), 16);

const bytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Eight digits; on the way of every repeated alert. */
const hex = (part: number): string =>
  bytes[part >>> 24]! + bytes[(part >>> 16) & 255]! + bytes[(part >>> 8) & 255]! + bytes[part & 255]!;

/** The key that two columns hold; undefined where both are 0. */
export function keyOf(high: number | undefined, low: number | undefined): string | undefined {
  return high || low ? hex(high ?? 0) + hex(low ?? 0) : undefined;
}

const digits = /^[0-9a-f]{16}$/;

/** Whether a text is a key as it stands. */
export const isKey = (text: string): boolean => digits.test(text);

/** Half of a text that is a key, read without making a text; -1 where it is none. */
export function halfAt(text: string, start: number): number {
  let value = 0;
  for (let at = start; at < start + 8; at++) {
    const unit = text.charCodeAt(at);
    const digit = unit >= 48 && unit <= 57 ? unit - 48 : unit >= 97 && unit <= 102 ? unit - 87 : -1;
    if (digit < 0) return -1;
    value = (value << 4) | digit;
  }
  return value >>> 0;
}

/** The key that stands for both keys together. */
export function joinKeys(a: readonly [number, number], b: string): string {
  return hex((a[0] ^ highOf(b)) >>> 0) + hex((a[1] ^ lowOf(b)) >>> 0);
}
