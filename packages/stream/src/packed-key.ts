// Keys of packed tables: 16 hexadecimal digits outside, two unsigned 32-bit numbers inside.

import { hex32 } from '@winnow/contracts';

export const highOf = (key: string) => half(key, 0);
export const lowOf = (key: string) => half(key, 8);

export function formatKey(high: number, low: number): string {
  return hex32(high) + hex32(low);
}

/** The value of each digit by its UTF-16 unit; what is no digit has a bit above those of digits. */
const NO_DIGIT = 16;
const digits = Uint8Array.from({ length: 128 }, (_, unit) => {
  if (unit >= 48 && unit <= 57) return unit - 48;
  return unit >= 97 && unit <= 102 ? unit - 87 : NO_DIGIT;
});

/** Eight digits of a text that is a key, read without making a text; -1 where they are none. */
export function halfOfKey(text: string, start: number): number {
  let value = 0;
  let seen = 0;
  for (let at = start; at < start + 8; at++) {
    const digit = digits[text.charCodeAt(at)] ?? NO_DIGIT;
    seen |= digit;
    value = (value << 4) | digit;
  }
  return seen >= NO_DIGIT ? -1 : value >>> 0;
}

function half(key: string, start: number): number {
  const value = key.length === 16 ? halfOfKey(key, start) : -1;
  if (value < 0) throw refuse(key);
  return value;
}

function refuse(key: string): RangeError {
  return new RangeError(`a packed table takes keys of 16 lower-case hexadecimal digits, not ${JSON.stringify(key)}`);
}
