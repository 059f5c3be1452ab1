// Events of a namespace as they stand.
import type { EventItem, ReadItems } from '@winnow/contracts';
import type { ApiServer } from '../api-server.ts';
import { listPages } from './list-pages.ts';

/** Both families are one stored object: the core group tells of all of them, on any server. */
const events = {
  ...{ group: '', version: 'v1', resource: 'events', kind: 'Event', namespaced: true },
  verbs: ['list'],
};
/** Events that are read in one look-up, at most. */
const MOST = 20_000;

/** @throws LookupDenied, ApiUnreachable, LookupRefused */
export async function readEvents(
  api: ApiServer,
  readEvent: ReadItems,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly EventItem[]> {
  const found = new Map<string, EventItem>();
  const at = new Date().toISOString();
  for await (const page of listPages(api, { resource: events, namespace, signal })) {
    for (const item of page.flatMap((raw) => readEvent(raw, { at, place: 'event' }))) {
      // Those about what is in no namespace are stored in `default`.
      if (item.type !== 'event' || item.regarding.namespace !== namespace) continue;
      found.set(item.uid ?? `${found.size}`, item);
    }
    if (found.size >= MOST) break;
  }
  return [...found.values()];
}
