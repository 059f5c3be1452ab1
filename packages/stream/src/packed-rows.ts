// The written form of a packed table's rows: raw little-endian numbers, columns told by name, so that columns may be added.
import type { PackedRows, Rows } from './buckets.ts';
import { StateDamaged } from './errors.ts';

export interface PackedWriter {
  readonly values: Float64Array;
  /** Takes a row in; answers where its columns go in `values`. */
  addRow(high: number, low: number): number;
  addDelete(high: number, low: number): void;
  finish(): PackedRows;
}

/** Room for at most so many rows and deletes together. */
export function encodePacked(columns: readonly string[], room: number): PackedWriter {
  const keys = new Uint32Array(room * 2);
  const values = new Float64Array(room * columns.length);
  const deletes: number[] = [];
  let rows = 0;
  return {
    values,
    addRow(high, low) {
      keys[rows * 2] = high;
      keys[rows * 2 + 1] = low;
      rows += 1;
      return (rows - 1) * columns.length;
    },
    addDelete(high, low) {
      deletes.push(high, low);
    },
    finish() {
      const parts = [keys.subarray(0, rows * 2), values.subarray(0, rows * columns.length), Uint32Array.from(deletes)];
      return { form: 'packed', columns, rows, deletes: deletes.length / 2, content: joinBytes(parts.map(bytesOf)) };
    },
  };
}

export interface PackedContent {
  readonly rows: number;
  readonly keys: Uint32Array;
  readonly values: Float64Array;
  readonly deletes: Uint32Array;
}

/** Reads rows in the order of the columns that are wanted; a column that was not written is 0. */
export function decodePacked(written: Rows, columns: readonly string[]): PackedContent {
  if (written.form !== 'packed') throw new StateDamaged('the state holds JSON values for a packed table');
  const { rows, deletes, content } = written;
  const keyBytes = rows * 8;
  const rowBytes = rows * 8 * written.columns.length;
  if (content.byteLength !== keyBytes + rowBytes + deletes * 8) throw new StateDamaged('packed rows are cut short');
  // `slice` copies, which also aligns the bytes for the typed arrays over them.
  const copy = content.slice().buffer;
  const values = new Float64Array(copy, keyBytes, rows * written.columns.length);
  return {
    rows,
    keys: new Uint32Array(copy, 0, rows * 2),
    values: sameColumns(written.columns, columns) ? values : arrange(values, rows, written.columns, columns),
    deletes: new Uint32Array(copy, keyBytes + rowBytes, deletes * 2),
  };
}

function sameColumns(written: readonly string[], wanted: readonly string[]): boolean {
  return written.length === wanted.length && written.every((name, at) => name === wanted[at]);
}

function arrange(values: Float64Array, rows: number, written: readonly string[], wanted: readonly string[]) {
  const arranged = new Float64Array(rows * wanted.length);
  for (const [to, name] of wanted.entries()) {
    const from = written.indexOf(name);
    if (from < 0) continue;
    for (let row = 0; row < rows; row++)
      arranged[row * wanted.length + to] = values[row * written.length + from] as number;
  }
  return arranged;
}

const bytesOf = (view: Uint32Array | Float64Array) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.byteLength;
  }
  return joined;
}
