// The records of `winnow.fleet-inputs` and `winnow.fleet-incidents`: what of an incident other clusters may share, and who shares it.
import { z } from 'zod';
import { severities } from './signal.ts';
import { timeSchema } from './time.ts';

/** What incidents of several clusters can have in common that brings them about. */
export const fleetCauseKinds = [
  /** An image with its registry, and its tag or digest. */
  'image',
  /** The host that images are pulled from. */
  'registry',
  /** A zone, region or node pool of the provider, or a control plane that hosts several clusters. */
  'zone',
  'region',
  'node-pool',
  'control-plane',
  /** Something outside the clusters: a host, a resolver, an authority of certificates. */
  'host',
  'dns',
  'certificate-authority',
  /** The same class of symptom, in the words of the same alert. */
  'symptom',
] as const;
export type FleetCauseKind = (typeof fleetCauseKinds)[number];

export const fleetCauseSchema = z.object({
  kind: z.enum(fleetCauseKinds),
  /** What is shared, in one form whoever says it: `registry.example.com/shop/cart:1.4.2`, `eu-west-1a`. */
  key: z.string(),
  /** How sure it is that the incident has to do with it, 0 to 1. */
  weight: z.number(),
  /** Where it was seen. */
  why: z.string(),
});
export type FleetCause = Readonly<z.infer<typeof fleetCauseSchema>>;

/** One revision of an incident, with what it may share with others. */
export const fleetInputSchema = z.object({
  schema: z.literal(1),
  tenant: z.string(),
  cluster: z.string(),
  at: timeSchema,
  incident: z.string(),
  revision: z.number(),
  status: z.enum(['open', 'stale', 'resolved']),
  mergedInto: z.string().optional(),
  severity: z.enum(severities),
  openedAt: timeSchema,
  /** One line that says what is wrong. */
  title: z.string(),
  /** Surest first. */
  causes: z.array(fleetCauseSchema),
});
export type FleetInput = Readonly<z.infer<typeof fleetInputSchema>>;

export const fleetMemberSchema = z.object({
  cluster: z.string(),
  incident: z.string(),
  status: z.enum(['open', 'stale', 'resolved']),
  severity: z.enum(severities),
  openedAt: timeSchema,
  title: z.string(),
  /** Why it is here, in words and as a score from 0 to 1. */
  why: z.string(),
  score: z.number(),
});
export type FleetMember = Readonly<z.infer<typeof fleetMemberSchema>>;

/** Incidents of several clusters of one tenant that have one cause. */
export const fleetIncidentSchema = z.object({
  schema: z.literal(1),
  id: z.string(),
  tenant: z.string(),
  revision: z.number(),
  status: z.enum(['open', 'resolved']),
  /** `recovered` where all members are over, `dissolved` where too few are left that share the cause. */
  closedBy: z.enum(['recovered', 'dissolved', 'expired']).optional(),
  /** It lives on under this id: this revision is a tombstone. */
  mergedInto: z.string().optional(),
  severity: z.enum(severities),
  openedAt: timeSchema,
  /** `at` of the record that last changed it. */
  updatedAt: timeSchema,
  /** What they share: the first is the cause, the others point the same way. */
  causes: z.array(z.object({ kind: z.enum(fleetCauseKinds), key: z.string() })).min(1),
  /** 0 to 1: how surely this is one cause and no coincidence. */
  score: z.number(),
  why: z.string(),
  /** How many clusters there are among all of its members. */
  clusters: z.number(),
  members: z.array(fleetMemberSchema),
  /** How many more members there are than are listed; absent where all are. */
  unlisted: z.number().optional(),
});
export type FleetIncident = Readonly<z.infer<typeof fleetIncidentSchema>>;

const words: Readonly<Record<FleetCauseKind, string>> = {
  image: 'Image',
  registry: 'Registry',
  zone: 'Zone',
  region: 'Region',
  'node-pool': 'Node pool',
  'control-plane': 'Control plane',
  host: 'Host',
  dns: 'Resolver',
  'certificate-authority': 'Certificate authority',
  symptom: 'Symptom',
};

/** `Image registry.example.com/shop/cart:2: trouble in 40 clusters` */
export function fleetTitleOf({ causes, clusters }: Pick<FleetIncident, 'causes' | 'clusters'>): string {
  const [cause] = causes;
  const what = cause ? `${words[cause.kind]} ${cause.key}` : 'A common cause';
  return `${what}: trouble in ${clusters} ${clusters === 1 ? 'cluster' : 'clusters'}`;
}
