// A body in the usual form, read as a text: its items and their JSON, without parsing what is known.
import { ENVELOPE_LIMIT, ITEM_LIMIT, type Item, noteItemsJson } from '@winnow/contracts';
import type { PostedAlerts, ReadPosted } from './core/read-posted.ts';
import { sliceJson } from './json-slices.ts';
import type { Arrival } from './read-body.ts';

/** Room for an envelope's own fields. */
const HEAD = 1024;

/** Lists of items that fit into an envelope each, all of one cluster. Undefined where the body is to be parsed as JSON instead. */
export async function readPostedBody(
  body: Uint8Array,
  read: ReadPosted,
  arrival: Arrival,
  takeTurns: () => Promise<void> | undefined,
): Promise<{ readonly cluster: string; readonly lists: readonly (readonly Item[])[] } | undefined> {
  const parts: PostedAlerts[] = [];
  for (const slice of sliceJson(body)) {
    await takeTurns();
    if (!slice) continue;
    const part = read(slice.text, { at: arrival.at, place: '' });
    // A list that is no larger than an item may be holds none that is too large.
    if (!part || Buffer.byteLength(part.json) > ITEM_LIMIT) return undefined;
    parts.push(part);
  }
  const cluster = oneClusterOf(parts, arrival);
  return cluster === undefined ? undefined : { cluster, lists: packParts(parts) };
}

/** The cluster of all of them; undefined where there are several. */
function oneClusterOf(
  parts: readonly PostedAlerts[],
  { cluster: sender, clusterLabel = 'cluster' }: Arrival,
): string | undefined {
  let found: string | undefined;
  for (const { items } of parts)
    for (const { labels } of items) {
      const cluster = labels[clusterLabel] || sender;
      found ??= cluster;
      if (found !== cluster) return undefined;
    }
  return found;
}

function packParts(parts: readonly PostedAlerts[]): readonly (readonly Item[])[] {
  const lists: { items: Item[]; json: string; room: number }[] = [];
  for (const { items, json } of parts) {
    const bytes = Buffer.byteLength(json);
    const last = lists.at(-1);
    if (last && last.room >= bytes) {
      last.items = [...last.items, ...items];
      last.json = `${last.json.slice(0, -1)},${json.slice(1)}`;
      last.room -= bytes;
    } else lists.push({ items: [...items], json, room: ENVELOPE_LIMIT - HEAD - bytes });
  }
  for (const { items, json } of lists) noteItemsJson(items, json);
  return lists.map(({ items }) => items);
}
