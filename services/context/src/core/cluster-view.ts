// What selection needs to know of a cluster's objects, whoever holds them.
import type { EntityRef, KubeObject } from '@winnow/contracts';
import type { GraphView } from './walk.ts';

export interface ClusterView extends GraphView {
  object(key: string): KubeObject | undefined;
  owner(key: string): EntityRef | undefined;
  /** Keys of the objects of a namespace; of cluster-scoped ones for ''. */
  keysOf(namespace: string): readonly string[];
}
