import type { Item } from './item.ts';

/** The label of an alert that names its cluster, unless it is set to another. */
export const CLUSTER_LABEL = 'cluster';

/** The cluster that an item belongs to: the label of an alert, else that of the one who sent it. */
export function clusterOfItem(item: Item, sender: string, label: string = CLUSTER_LABEL): string {
  return (item.type === 'alert' && item.labels[label]) || sender;
}

/** One group of items for each cluster, in the order of their first item: one envelope each. */
export function groupByCluster(
  items: readonly Item[],
  defaultCluster: string,
  label?: string,
): { cluster: string; items: Item[] }[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const cluster = clusterOfItem(item, defaultCluster, label);
    const group = groups.get(cluster);
    if (group) group.push(item);
    else groups.set(cluster, [item]);
  }
  return [...groups].map(([cluster, group]) => ({ cluster, items: group }));
}
