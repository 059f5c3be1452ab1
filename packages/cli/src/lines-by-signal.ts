import type { PackedTable } from '@winnow/stream';

const half = (bits: number) => bits.toString(16).padStart(8, '0');

/** The numbers of a recording's lines by the signal that their item belonged to: what `signals` has noted, the other way round. */
export function linesBySignal(table: PackedTable): ReadonlyMap<string, readonly number[]> {
  const lines = new Map<string, number[]>();
  for (const [key, [high = 0, low = 0]] of table.entries()) {
    const signal = `sig-${half(high)}${half(low)}`;
    const known = lines.get(signal);
    if (known) known.push(Number.parseInt(key, 16));
    else lines.set(signal, [Number.parseInt(key, 16)]);
  }
  return lines;
}
