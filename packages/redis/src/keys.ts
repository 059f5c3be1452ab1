/** Where a partition of a stage lies in Redis. All of its keys share a hash slot, so that one script may touch them all. */
export interface PartitionKeys {
  /** Hash: token, offsets, seq, version, attempts, how many commits there were, and which was the last. */
  readonly meta: string;
  /** Hash: a ledger cell and its total. */
  readonly ledger: string;
  /** Sorted set: the numbers of the commits whose deltas are kept. */
  readonly deltas: string;
  /** Sorted set: `<of>:<bucket>` by the commit that wrote the bucket whole. */
  readonly snapshots: string;
  /** Hash: pieces of deltas and snapshots. */
  readonly blobs: string;
  /** Sorted set: outgoing records that are not settled, by seq. */
  readonly outgoing: string;
  /** List: what a large commit brings, put there beforehand. */
  staged(id: string): string;
}

export function keysOf(prefix: string, stage: string, partition: number): PartitionKeys {
  const key = (part: string) => `${prefix}:{${stage}/${partition}}:${part}`;
  return {
    meta: key('meta'),
    ledger: key('ledger'),
    deltas: key('deltas'),
    snapshots: key('snapshots'),
    blobs: key('blobs'),
    outgoing: key('outgoing'),
    staged: (id) => key(`staged:${id}`),
  };
}
