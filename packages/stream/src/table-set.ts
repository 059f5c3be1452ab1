// The tables of a stage's partition as one: opened by their specs, written as deltas and snapshots, and read back.
import { BUCKETS, type Bucketed, type Rows } from './buckets.ts';
import { StateDamaged } from './errors.ts';
import { joinBytes } from './packed-rows.ts';
import { createPackedTable, type PackedTable } from './packed-table.ts';
import type { TableSpecs, Tables } from './stage.ts';
import { createTable, type Table } from './table.ts';

export interface TableSet<Specs extends TableSpecs = TableSpecs> {
  readonly tables: Tables<Specs>;
  /** What changed since the last call, packed; empty where nothing did. */
  takeDelta(): Uint8Array;
  /** One bucket of all tables, whole. */
  snapshot(bucket: number): Uint8Array;
  /**
   * Applies a delta or a snapshot: snapshots replace their bucket. Applying the blobs of a load in their order gives the tables as
   * they were committed; a blob applied twice does no harm. @throws StateDamaged
   */
  apply(blob: Uint8Array): BlobHead;
}

export type BlobHead = { readonly kind: 'delta' } | { readonly kind: 'snapshot'; readonly bucket: number };

type Section = { readonly table: string; readonly bytes: number } & (
  | { readonly form: 'json' }
  | { readonly form: 'packed'; readonly columns: readonly string[]; readonly rows: number; readonly deletes: number }
);
type Head = BlobHead & { readonly of?: number; readonly sections: readonly Section[] };

const MAGIC = 0x31544e57; // "WNT1", read as a little-endian number.
const PREFIX = 8;
const empty = new Uint8Array(0);

/** Empty tables by their specs. */
export function openTables<Specs extends TableSpecs>(specs: Specs): TableSet<Specs> {
  const tables = new Map<string, (Table<unknown> | PackedTable) & Bucketed>();
  for (const [name, spec] of Object.entries(specs)) {
    tables.set(name, spec === 'json' ? createTable<unknown>() : createPackedTable(spec));
  }

  function gather(rowsOf: (table: Bucketed) => Rows | undefined): Map<string, Rows> {
    const gathered = new Map<string, Rows>();
    for (const [name, table] of tables) {
      const rows = rowsOf(table);
      if (rows) gathered.set(name, rows);
    }
    return gathered;
  }

  return {
    tables: Object.fromEntries(tables) as unknown as Tables<Specs>,
    takeDelta() {
      const changes = gather((table) => table.takeChanges());
      return changes.size === 0 ? empty : encodeBlob({ kind: 'delta' }, changes);
    },
    snapshot: (bucket) =>
      encodeBlob(
        { kind: 'snapshot', bucket },
        gather((table) => table.encodeBucket(bucket)),
      ),
    apply(blob) {
      const { head, rows } = decodeBlob(blob);
      if (head.kind === 'snapshot') {
        for (const table of tables.values()) table.clearBucket(head.bucket);
      }
      // A table that the stage no longer has is left behind.
      for (const [name, part] of rows) tables.get(name)?.apply(part);
      return head;
    },
  };
}

function encodeBlob(kind: BlobHead, parts: ReadonlyMap<string, Rows>): Uint8Array {
  const sections = [...parts].map(([table, { content, ...rest }]) => ({ table, bytes: content.byteLength, ...rest }));
  const head = new TextEncoder().encode(JSON.stringify({ ...kind, of: BUCKETS, sections }));
  const prefix = new DataView(new ArrayBuffer(PREFIX));
  prefix.setUint32(0, MAGIC, true);
  prefix.setUint32(4, head.byteLength, true);
  return joinBytes([new Uint8Array(prefix.buffer), head, ...[...parts.values()].map((rows) => rows.content)]);
}

function decodeBlob(blob: Uint8Array): { head: Head; rows: Map<string, Rows> } {
  const head = decodeHead(blob);
  const rows = new Map<string, Rows>();
  let at = PREFIX + new DataView(blob.buffer, blob.byteOffset).getUint32(4, true);
  for (const { table, bytes, ...rest } of head.sections) {
    rows.set(table, { ...rest, content: blob.subarray(at, at + bytes) });
    at += bytes;
  }
  if (at !== blob.byteLength)
    throw new StateDamaged(`a blob of state has ${blob.byteLength} bytes where ${at} were written`);
  return { head, rows };
}

function decodeHead(blob: Uint8Array): Head {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  if (blob.byteLength < PREFIX || view.getUint32(0, true) !== MAGIC)
    throw new StateDamaged('this is not a blob of state');
  const text = new TextDecoder().decode(blob.subarray(PREFIX, PREFIX + view.getUint32(4, true)));
  const head = parseHead(text);
  if (head.kind === 'snapshot' && head.of !== BUCKETS)
    throw new StateDamaged(`a snapshot of one in ${head.of} buckets, not ${BUCKETS}`);
  return head;
}

function parseHead(text: string): Head {
  try {
    return JSON.parse(text) as Head;
  } catch (cause) {
    throw new StateDamaged('the head of a blob of state is not JSON', { cause });
  }
}
