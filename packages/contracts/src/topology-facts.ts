// What the service dependency graph needs to know of one object: names as Kubernetes has them, no specs.
import { z } from 'zod';
import { entityRefSchema } from './entity.ts';

const labels = z.record(z.string(), z.string());

export const edgeTypes = [
  'calls',
  'selects',
  'routes',
  'mounts',
  'configures',
  'runs-on',
  'owns',
  'scales',
  'limits',
] as const;
export type EdgeType = (typeof edgeTypes)[number];

export const topologyFactsSchema = z.object({
  /** The top owner where the object has one (a Pod's Deployment). */
  owner: entityRefSchema.optional(),
  /** Labels that selectors match: a Pod's, or a workload's template's. */
  labels: labels.optional(),
  /** A Service's selector, or a NetworkPolicy's, PodDisruptionBudget's podSelector. */
  selector: labels.optional(),
  /** Hosts that env, args, probes or config name, as written: `redis-cache:6379`, `orders.shop.svc`. */
  hosts: z.array(z.object({ host: z.string(), port: z.number().optional(), from: z.string() })).optional(),
  /** Direct references to named objects: the edge runs from this object to `to`. */
  refs: z.array(z.object({ type: z.enum(edgeTypes), to: entityRefSchema, from: z.string() })).optional(),
});
export type TopologyFacts = Readonly<z.infer<typeof topologyFactsSchema>>;

/** A directed edge: `from` depends on `to`. Trouble travels from `to` to `from`. */
export const edgeSchema = z.object({
  from: entityRefSchema,
  to: entityRefSchema,
  type: z.enum(edgeTypes),
  /** Where it was learned: `env REDIS_HOST`, `selector`, `dependency`, `spec.volumes[0]`. */
  learned: z.string(),
  /** Where its calls are observed: the share that failed (0 to 1), the 99th percentile of their duration. */
  errorRatio: z.number().optional(),
  latencyMs: z.number().optional(),
});
export type Edge = Readonly<z.infer<typeof edgeSchema>>;
