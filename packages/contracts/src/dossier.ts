// The record of `winnow.dossiers`: an incident in its context. Everything that a diagnosis may cite is in it.
import { z } from 'zod';
import { changeSchema } from './change.ts';
import { entityRefSchema } from './entity.ts';
import { incidentSchema } from './incident.ts';
import { eventItemSchema, lookupStatuses } from './item.ts';
import { kubeObjectSchema } from './kube.ts';
import { timeSchema } from './time.ts';
import { edgeSchema } from './topology-facts.ts';

export const blastRadiusSchema = z.object({
  scope: z.enum(['pod', 'workload', 'namespace', 'multi-namespace', 'cluster']),
  workloads: z.number(),
  namespaces: z.number(),
  nodes: z.number(),
});
export type BlastRadius = Readonly<z.infer<typeof blastRadiusSchema>>;

/** What a container wrote: redacted; exact repeats of a line folded into `(repeated N times)`; bounded. */
export const logExcerptSchema = z.object({
  namespace: z.string(),
  pod: z.string(),
  container: z.string(),
  /** The run before the current one. */
  previous: z.boolean(),
  lines: z.array(z.string()),
  /** Lines left out before the first of `lines`. */
  omitted: z.number(),
});
export type LogExcerpt = Readonly<z.infer<typeof logExcerptSchema>>;

/** One series of a Prometheus range query. */
export const metricSeriesSchema = z.object({
  metric: z.record(z.string(), z.string()),
  /** [seconds since the epoch, value]. */
  values: z.array(z.tuple([z.number(), z.string()])),
});
export type MetricSeries = Readonly<z.infer<typeof metricSeriesSchema>>;

export const checksSchema = z.object({
  connectivity: z
    .array(
      z.object({
        namespace: z.string(),
        service: z.string(),
        port: z.number(),
        fromNode: z.string().optional(),
        ok: z.boolean(),
        output: z.string(),
      }),
    )
    .default([]),
  nodeServices: z
    .array(z.object({ node: z.string(), service: z.string(), active: z.boolean(), output: z.string() }))
    .default([]),
});
export type Checks = Readonly<z.infer<typeof checksSchema>>;

export const dossierSchema = z.object({
  schema: z.literal(1),
  tenant: z.string(),
  cluster: z.string(),
  at: timeSchema,
  incident: incidentSchema,
  blastRadius: blastRadiusSchema,
  /** Facts of the members, their pods and owners, what they depend on and what depends on them, their nodes and namespace limits. */
  objects: z.array(kubeObjectSchema),
  /** Edges among these entities. */
  edges: z.array(edgeSchema),
  /** Changes of these entities before and during the incident, newest first. */
  changes: z.array(changeSchema),
  /** Events about these objects, Normal ones too, oldest first. */
  events: z.array(eventItemSchema),
  logs: z.array(logExcerptSchema),
  metrics: z.array(metricSeriesSchema),
  checks: checksSchema,
  /** What was asked and how it was answered: an empty answer is a fact, a refused one is not. */
  lookups: z.array(
    z.object({
      kind: z.string(),
      status: z.enum(lookupStatuses),
      subject: entityRefSchema.optional(),
      message: z.string().optional(),
    }),
  ),
});
export type Dossier = Readonly<z.infer<typeof dossierSchema>>;
