// Whose data a request is about: what its credentials say, and what follows from that for every cluster.

/** What the credentials of a request allow. */
export interface Grant {
  readonly name: string;
  /** Whose data it sends and sees; `*` sees that of all tenants. The installation's own tenant where absent. */
  readonly tenant?: string;
  /** Names of clusters, `*` for any part of one: `prod-*`. It tells of these alone, and sees these alone; all where absent. */
  readonly clusters?: readonly string[];
}

/** Sees what is of every tenant. */
export const ALL_TENANTS = '*';

/** A tenant's name is part of keys and of every record: short and plain, and without the `/` that ends it there. */
export const TENANT_NAME = /^[\w.:@-]{1,100}$/;
export const TENANT_NAME_EXPECTED = 'at most 100 letters, digits and .:@_-';

/** Whether a cluster is one of these. Without patterns every cluster is. */
export function isAmongClusters(patterns: readonly string[] | undefined, cluster: string): boolean {
  return patterns === undefined || patterns.some((pattern) => matches(pattern, cluster));
}

/** Whether all that these patterns take is taken by those: each stands among them, or is a name that one of them takes. */
export function areWithinClusters(patterns: readonly string[], granted: readonly string[] | undefined): boolean {
  return (
    granted === undefined ||
    patterns.every((each) => granted.includes(each) || (!each.includes('*') && isAmongClusters(granted, each)))
  );
}

/** Part after part, each where it comes first: no pattern makes this slow. */
function matches(pattern: string, cluster: string): boolean {
  const parts = pattern.split('*');
  const first = parts.shift() ?? '';
  const last = parts.pop();
  if (last === undefined) return pattern === cluster;
  if (!cluster.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts) {
    const found = cluster.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return cluster.length - last.length >= at && cluster.endsWith(last);
}
