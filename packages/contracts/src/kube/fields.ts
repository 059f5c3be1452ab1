// The fields that many kinds share, read leniently: what has another type than Kubernetes gives it is unknown.
import { z } from 'zod';

export const opt = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);
export const text = opt(z.string());
export const num = opt(z.number());
export const flag = opt(z.boolean());
/** Elements that do not fit are left out; the others are kept. */
export const list = <T extends z.ZodType>(element: T) =>
  opt(
    z.array(z.unknown()).transform((all) =>
      all.flatMap((each) => {
        const parsed = element.safeParse(each);
        return parsed.success ? [parsed.data as z.output<T>] : [];
      }),
    ),
  );
export const map = opt(
  z
    .record(z.string(), z.unknown())
    .transform(
      (all) =>
        Object.fromEntries(
          Object.entries(all).flatMap(([k, v]) => (v === null || typeof v === 'object' ? [] : [[k, String(v)]])),
        ) as Record<string, string>,
    ),
);
export const intOrString = opt(z.union([z.number(), z.string()]));
export const quantity = opt(z.union([z.string(), z.number()]).transform(String));
export const quantities = map;

export const metadata = z.object({
  name: z.string(),
  namespace: text,
  uid: text,
  resourceVersion: text,
  generation: num,
  creationTimestamp: text,
  deletionTimestamp: text,
  labels: map,
  annotations: map,
  ownerReferences: list(
    z.object({ apiVersion: text, kind: z.string(), name: z.string(), uid: text, controller: flag }),
  ),
});

export const condition = z.object({
  type: z.string(),
  status: text,
  reason: text,
  message: text,
  lastTransitionTime: text,
  lastUpdateTime: text,
});
export const conditions = list(condition);
export const labelSelector = opt(
  z.object({
    matchLabels: map,
    matchExpressions: list(z.object({ key: z.string(), operator: text, values: list(z.string()) })),
  }),
);
export const localRef = opt(z.object({ name: text, key: text, optional: flag }));

/** What every kind's schema begins with. */
export const head = <K extends string>(kind: K) => ({ kind: z.literal(kind), apiVersion: text, metadata });
