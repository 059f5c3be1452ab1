import { BUCKETS } from './buckets.ts';
import type { BucketSnapshot } from './ports.ts';
import type { BlobHead, TableSet } from './table-set.ts';

/**
 * Rewrites buckets one after another, each paid for by as many bytes of deltas as it is large. So the deltas that a load reads stay
 * within about twice the size of the state, and no commit writes much more than its own changes and one bucket.
 */
export interface SnapshotPolicy {
  /** Takes note of a blob that a load brought. */
  noteLoaded(head: BlobHead, bytes: number): void;
  /** The buckets to write whole with a delta of so many bytes. */
  next(deltaBytes: number): BucketSnapshot[];
}

/** Even an empty bucket costs this many bytes of deltas: small states are not rewritten at every commit. */
const SMALLEST_PRICE = 1024;
const MOST_AT_ONCE = 8;

export function createSnapshotPolicy(tables: TableSet): SnapshotPolicy {
  const sizes = new Array<number>(BUCKETS).fill(0);
  let credit = 0;
  let bucket = 0;

  const price = () => Math.max(SMALLEST_PRICE, sizes[bucket] as number);

  function write(): BucketSnapshot {
    const content = tables.snapshot(bucket);
    const snapshot = { bucket, of: BUCKETS, content };
    sizes[bucket] = content.byteLength;
    credit -= price();
    bucket = (bucket + 1) % BUCKETS;
    return snapshot;
  }

  return {
    noteLoaded(head, bytes) {
      if (head.kind === 'delta') {
        credit += bytes;
        return;
      }
      sizes[head.bucket] = bytes;
      // Snapshots come in the order in which they were written.
      bucket = (head.bucket + 1) % BUCKETS;
    },
    next(deltaBytes) {
      credit += deltaBytes;
      const snapshots: BucketSnapshot[] = [];
      while (snapshots.length < MOST_AT_ONCE && deltaBytes > 0 && credit >= price()) snapshots.push(write());
      return snapshots;
    },
  };
}
