// What may be set about how alerts are read.
import { CLUSTER_LABEL } from '@winnow/contracts';

export interface AlertOptions {
  /** Labels that tell the replicas of a highly available sender apart: they are no part of an alert's identity. */
  readonly replicaLabels?: readonly string[];
  /** The label that names an alert's cluster. */
  readonly clusterLabel?: string;
}

/**
 * The labels that Prometheus Operator, Thanos Ruler, and Cortex and Mimir use for nothing else. A plain `replica` is not among them:
 * databases and brokers tell their own replicas apart by it, and alerts about two of those are two alerts.
 */
export const defaultReplicaLabels: readonly string[] = ['prometheus_replica', 'thanos_ruler_replica', '__replica__'];

export interface ReadingOptions {
  readonly replicaLabels: readonly string[];
  readonly clusterLabel: string;
  /** Stands for them in what is remembered of labels. */
  readonly mark: string;
}

const known = new WeakMap<AlertOptions, ReadingOptions>();

/** With what is not set. It is asked for each alert, with the options of its endpoint. */
export function readingOptions(options: AlertOptions): ReadingOptions {
  const made = known.get(options);
  if (made) return made;
  const { replicaLabels = defaultReplicaLabels, clusterLabel = CLUSTER_LABEL } = options;
  const whole = { replicaLabels, clusterLabel, mark: JSON.stringify([clusterLabel, ...replicaLabels]) };
  known.set(options, whole);
  return whole;
}
