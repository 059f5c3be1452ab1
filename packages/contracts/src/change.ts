// The records of `winnow.changes` and `winnow.inventory`.
import { z } from 'zod';
import { entityRefSchema } from './entity.ts';
import { kubeObjectSchema } from './kube.ts';
import { timeSchema } from './time.ts';

export const fieldDiffSchema = z.object({
  /** Dotted path: `spec.selector.app`, `spec.template.spec.containers[api].image`. */
  path: z.string(),
  before: z.string().optional(),
  after: z.string().optional(),
});
export type FieldDiff = Readonly<z.infer<typeof fieldDiffSchema>>;

/** Who changed what and when. The same change told by watch and by audit is one, with audit's actor. */
export const changeSchema = z.object({
  schema: z.literal(1),
  id: z.string(),
  tenant: z.string(),
  cluster: z.string(),
  at: timeSchema,
  entity: entityRefSchema,
  /** created, updated, deleted, or a declared kind (deployment, feature-flag, maintenance). */
  kind: z.string(),
  summary: z.string(),
  actor: z.string().optional(),
  userAgent: z.string().optional(),
  /** From where: the address that the API server saw. */
  sourceIP: z.string().optional(),
  /** Of what is planned to last, as a maintenance window. */
  startsAt: timeSchema.optional(),
  endsAt: timeSchema.optional(),
  diff: z.array(fieldDiffSchema),
  /** Ids of the observations that told of it. */
  observations: z.array(z.string()),
});
export type Change = Readonly<z.infer<typeof changeSchema>>;

/** The facts of one object; `object` is absent in its tombstone. */
export const inventorySchema = z.object({
  schema: z.literal(1),
  tenant: z.string(),
  cluster: z.string(),
  at: timeSchema,
  entity: entityRefSchema,
  owner: entityRefSchema.optional(),
  object: kubeObjectSchema.optional(),
});
export type Inventory = Readonly<z.infer<typeof inventorySchema>>;
