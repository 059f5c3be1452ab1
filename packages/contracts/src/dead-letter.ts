// The record of `winnow.dead-letters`: what could not be processed, redacted.
import { z } from 'zod';
import { deadLetterCodes } from './drop-reasons.ts';
import { timeSchema } from './time.ts';

export const deadLetterSchema = z.object({
  schema: z.literal(1),
  id: z.string(),
  tenant: z.string(),
  cluster: z.string(),
  at: timeSchema,
  stage: z.string(),
  code: z.enum(Object.keys(deadLetterCodes) as [keyof typeof deadLetterCodes]),
  /** The observation or record that it was: its position. */
  position: z.string(),
  place: z.string(),
  expected: z.string(),
  found: z.string(),
  /** For poison: the stack. */
  stack: z.string().optional(),
});
export type DeadLetter = Readonly<z.infer<typeof deadLetterSchema>>;
