// The record of `winnow.dead-letters`: what could not be processed, redacted.
import { z } from 'zod';
import { type DeadLetterCode, deadLetterCodes } from './drop-reasons.ts';
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
  /** For an arrival that is poison: it as it stands in the log, redacted, so that it outlives the log's retention. */
  record: z.unknown().optional(),
  /** It has been replayed: when last, how often, and by whom. The dead letter is then in the topic once more, under its id. */
  replayed: z.object({ at: timeSchema, times: z.number(), by: z.string().optional() }).optional(),
});
export type DeadLetter = Readonly<z.infer<typeof deadLetterSchema>>;

/** What can be done about a dead letter, by its code. */
export const deadLetterRemedies: Readonly<Record<DeadLetterCode, string>> = {
  'not-json': 'Have its sender send JSON, and send it again: what cannot be read is not kept.',
  'wrong-shape': 'Correct the field where it is sent from, and send it again: what cannot be read is not kept.',
  'unknown-source': 'Name a source of docs/spec/capture.md, or take a newer Winnow, and send it again.',
  'too-large': 'Have its sender send less in one item, and send it again: what is too large is not kept.',
  poison: 'A fault of Winnow: report the stack, take a version in which it is mended, and replay it.',
};
