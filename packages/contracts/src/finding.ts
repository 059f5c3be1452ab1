// The record of `winnow.findings`: the ranked, evidence-cited diagnosis of one incident revision.
import { z } from 'zod';
import { entityRefSchema } from './entity.ts';
import { type FailureModeCategory, type FailureModeId, failureModeCategories, failureModes } from './failure-modes.ts';
import { timeSchema } from './time.ts';

/** A claim's ground: where it was seen, and the words or values that were seen there. */
export const evidenceSchema = z.object({
  /** event, object, log, metric, alert, change, check, graph, audit, absence, operator. */
  source: z.string(),
  /** What to open: `Pod shop/cart-1 status.containerStatuses[cart].lastState`, `log shop/cart-1/cart (previous)`. */
  ref: z.string(),
  /** What stands there, redacted, at most 300 characters. */
  quote: z.string(),
});
export type Evidence = Readonly<z.infer<typeof evidenceSchema>>;

export const remediationSchema = z.object({
  summary: z.string(),
  /** A command that fits the object; a person runs it, Winnow never does. */
  command: z.string(),
  risk: z.enum(['low', 'medium', 'high']),
});
export type Remediation = Readonly<z.infer<typeof remediationSchema>>;

export const verdicts = ['confirmed', 'likely', 'possible', 'ruled-out'] as const;
export type Verdict = (typeof verdicts)[number];

export const hypothesisSchema = z.object({
  entity: entityRefSchema,
  mode: z.enum(failureModes.map((mode) => mode.id) as [FailureModeId]),
  category: z.enum(Object.keys(failureModeCategories) as [FailureModeCategory]),
  /** 0 to 1. */
  confidence: z.number(),
  verdict: z.enum(verdicts),
  /** One or two sentences in plain words; for ruled-out ones the reason against. */
  summary: z.string(),
  evidence: z.array(evidenceSchema),
  remediation: z.array(remediationSchema),
});
export type Hypothesis = Readonly<z.infer<typeof hypothesisSchema>>;

export const findingSchema = z.object({
  schema: z.literal(1),
  tenant: z.string(),
  cluster: z.string(),
  at: timeSchema,
  incident: z.string(),
  revision: z.number(),
  /** One line that says what is wrong. */
  title: z.string(),
  /** Best first, ruled-out last. Empty where nothing explains the incident. */
  hypotheses: z.array(hypothesisSchema),
});
export type Finding = Readonly<z.infer<typeof findingSchema>>;
