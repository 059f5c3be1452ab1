// The topics: names, what compaction keeps, and the one function that chooses a partition.
import { hash32 } from './hash.ts';

export const topics = {
  observations: { name: 'winnow.observations', retention: 'time' },
  signals: { name: 'winnow.signals', retention: 'time' },
  inventory: { name: 'winnow.inventory', retention: 'compact' },
  changes: { name: 'winnow.changes', retention: 'time' },
  incidents: { name: 'winnow.incidents', retention: 'compact' },
  lookups: { name: 'winnow.lookups', retention: 'time' },
  dossiers: { name: 'winnow.dossiers', retention: 'compact' },
  findings: { name: 'winnow.findings', retention: 'compact' },
  fleetInputs: { name: 'winnow.fleet-inputs', retention: 'time' },
  fleetIncidents: { name: 'winnow.fleet-incidents', retention: 'compact' },
  deadLetters: { name: 'winnow.dead-letters', retention: 'time' },
} as const;

export type TopicName = (typeof topics)[keyof typeof topics]['name'];
export const topicNames: readonly TopicName[] = Object.values(topics).map((topic) => topic.name);

/** True where the topic keeps only the latest record of each message key. */
export function isCompacted(topic: TopicName): boolean {
  return Object.values(topics).some((each) => each.name === topic && each.retention === 'compact');
}

/** hash(tenant/cluster) mod partitions, the same for all topics: each stage sees a cluster in order. */
export function partitionOf(tenant: string, cluster: string, partitions: number): number {
  return hash32(`${tenant}/${cluster}`) % partitions;
}

/** hash(tenant) mod partitions: what is about several clusters of a tenant is decided in one place. */
export function partitionOfTenant(tenant: string, partitions: number): number {
  return hash32(tenant) % partitions;
}
