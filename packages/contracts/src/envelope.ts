// The record of `winnow.observations`: one arrival. What its items mean is decided later, in order, by `signals`.
import { z } from 'zod';
import { shedReasons } from './drop-reasons.ts';
import { itemSchema } from './item.ts';
import { loadRanks } from './load-rank.ts';
import { timeSchema } from './time.ts';

/** Where an arrival came from. `check` carries results of active checks. */
export const sources = [
  'kubernetes.event',
  'kubernetes.object',
  'alertmanager.webhook',
  'alertmanager.alerts',
  'pagerduty.webhook',
  'audit.event',
  'dependency',
  'change',
  'operator',
  'heartbeat',
  'lookup',
] as const;
export type Source = (typeof sources)[number];

/** Sources whose items are counted in the ledger. The others (heartbeats, dependencies, changes, look-ups, operators) are not. */
export const countedSources: readonly Source[] = [
  'kubernetes.event',
  'kubernetes.object',
  'alertmanager.webhook',
  'alertmanager.alerts',
  'pagerduty.webhook',
  'audit.event',
];

/** Items of the arrival that were shed under load: their number is data, so that the ledger counts them wherever it is read. */
export const shedSchema = z.object({
  reason: z.enum(Object.keys(shedReasons) as [keyof typeof shedReasons]),
  rank: z.enum(loadRanks),
  count: z.number(),
});
export type Shed = Readonly<z.infer<typeof shedSchema>>;

export const envelopeSchema = z.object({
  schema: z.literal(1),
  tenant: z.string(),
  cluster: z.string(),
  source: z.enum(sources),
  /** The source instance: what a heartbeat vouches for. */
  instance: z.string(),
  /**
   * Of alerts: whose they are (the address of the Prometheus that posted them, and how it names itself). The intake's heartbeats do not
   * vouch for it: it is heard when it posts. The instance stands for it where absent.
   */
  sender: z.string().optional(),
  /** The intake's clock at arrival, never a time that the sender claims. */
  at: timeSchema,
  /**
   * Of a dead letter that was replayed: when it arrived first, and which dead letter it is of. It arrives now, and is nobody's voice: its
   * source is not heard by it.
   */
  originalAt: timeSchema.optional(),
  replayOf: z.string().optional(),
  items: z.array(itemSchema),
  shed: z.array(shedSchema).optional(),
  /**
   * How many items of this cluster the intake has refused since the last arrival of it that it took: their senders still own them, and
   * what they do not say again is not known to be over.
   */
  refused: z.number().optional(),
  /**
   * Recordings and captures: the arrival's number, so that a replay that was cut goes on where it stood, the line that it was read from,
   * and the position that it had in the log that was recorded: its ids are made of that one.
   */
  origin: z.object({ arrival: z.number(), line: z.number().optional(), position: z.string().optional() }).optional(),
});
export type Envelope = Readonly<z.infer<typeof envelopeSchema>>;

/** An arrival whatever its items are: what of them can be read is decided item by item. */
export const arrivalSchema = envelopeSchema.extend({ items: z.array(z.looseObject({ type: z.string() })) });

/** The cluster of an arrival that is about no single one, as operators' silences are. */
export const ALL_CLUSTERS = '*';

/** Envelopes are split at this size, bytes of JSON. */
export const ENVELOPE_LIMIT = 512 * 1024;
/** An item above this size loses its bodies, and is dead-lettered where that does not help. */
export const ITEM_LIMIT = 256 * 1024;
