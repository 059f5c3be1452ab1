// Keys of 64 bits as 16 hexadecimal digits, and as two numbers in the columns of a packed table.

export const highOf = (key: string): number => Number.parseInt(key.slice(0, 8), 16);
export const lowOf = (key: string): number => Number.parseInt(key.slice(8, 16), 16);

const hex = (part: number): string => part.toString(16).padStart(8, '0');

/** The key that two columns hold; undefined where both are 0. */
export function keyOf(high: number | undefined, low: number | undefined): string | undefined {
  return high || low ? hex(high ?? 0) + hex(low ?? 0) : undefined;
}
