import type { BucketSnapshot } from '../ports.ts';

/** Deltas and snapshots of one partition: what is needed to rebuild its tables, and no more. */
export interface BlobHistory {
  add(delta: Uint8Array, snapshots: readonly BucketSnapshot[]): void;
  /** In the order of the commits; of one commit the delta first. */
  inOrder(): Uint8Array[];
}

export function createBlobHistory(): BlobHistory {
  let commits = 0;
  let deltas: { readonly commit: number; readonly content: Uint8Array }[] = [];
  const snapshots = new Map<number, { readonly commit: number; readonly content: Uint8Array }>();

  /** A delta is needed while some bucket has no snapshot as new as it. */
  function forgetOldDeltas(buckets: number): void {
    if (snapshots.size < buckets) return;
    const oldest = Math.min(...[...snapshots.values()].map((each) => each.commit));
    deltas = deltas.filter((delta) => delta.commit > oldest);
  }

  return {
    add(delta, written) {
      commits += 1;
      if (delta.byteLength > 0) deltas.push({ commit: commits, content: delta.slice() });
      for (const { bucket, content } of written) snapshots.set(bucket, { commit: commits, content: content.slice() });
      if (written[0]) forgetOldDeltas(written[0].of);
    },
    inOrder() {
      const all = [...deltas, ...[...snapshots.values()].sort((one, other) => one.commit - other.commit)];
      return all.sort((one, other) => one.commit - other.commit).map((each) => each.content);
    },
  };
}
