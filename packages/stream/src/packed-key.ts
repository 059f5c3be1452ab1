// Keys of packed tables: 16 hexadecimal digits outside, two unsigned 32-bit numbers inside.

import { hex32 } from '@winnow/contracts';

export const highOf = (key: string) => half(key, 0);
export const lowOf = (key: string) => half(key, 8);

export function formatKey(high: number, low: number): string {
  return hex32(high) + hex32(low);
}

function half(key: string, start: number): number {
  if (key.length !== 16) throw refuse(key);
  let value = 0;
  for (let at = start; at < start + 8; at++) value = (value << 4) | digit(key, at);
  return value >>> 0;
}

function digit(key: string, at: number): number {
  const unit = key.charCodeAt(at);
  if (unit >= 48 && unit <= 57) return unit - 48;
  if (unit >= 97 && unit <= 102) return unit - 87;
  throw refuse(key);
}

function refuse(key: string): RangeError {
  return new RangeError(`a packed table takes keys of 16 lower-case hexadecimal digits, not ${JSON.stringify(key)}`);
}
