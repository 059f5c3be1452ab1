import type { Envelope } from './envelope.ts';
import { createItemPacker } from './pack-items.ts';

/**
 * The envelope in parts that are small enough for the log, its items in their order; an item that is too large has lost bodies or is
 * an unreadable one. An envelope without items comes back as it is.
 */
export function splitEnvelope(envelope: Envelope, place = 'an item of the arrival'): Envelope[] {
  const packer = createItemPacker();
  for (const item of envelope.items) packer.add(item, place);
  const lists = packer.lists();
  // What did not get in is told once.
  const { shed: _, refused: __, ...others } = envelope;
  return lists.length <= 1
    ? [{ ...envelope, items: lists[0] ?? [] }]
    : lists.map((items, at) => ({ ...(at === 0 ? envelope : others), items }));
}
