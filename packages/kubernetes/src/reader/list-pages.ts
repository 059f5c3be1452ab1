// Lists, page by page: an API server under strain is not asked for everything at once, nor is everything held here.
import { fieldsOf, isFields, type JsonFields, textIn } from '@winnow/contracts';
import type { ApiServer } from '../api-server.ts';
import { type ApiResource, pathOf } from '../discovery/api-resource.ts';
import { readJson } from '../read-json.ts';
import { refusalOf } from './refusal.ts';

/** What the API server's own clients ask for. */
const PAGE = 500;

export interface ListPages {
  readonly resource: ApiResource;
  /** All namespaces, or a kind that is in none, where absent. */
  readonly namespace: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Yields the raw objects of each page, with the kind and apiVersion that items of a list lack. Begins anew, once, where the list has grown too
 * old to go on: what was yielded then comes again.
 * @throws LookupDenied where this identity may not list, ApiUnreachable, LookupRefused
 */
export async function* listPages(
  api: ApiServer,
  { resource, namespace, signal }: ListPages,
): AsyncGenerator<JsonFields[]> {
  let next = '';
  for (let restarted = false; ; ) {
    const query = { limit: String(PAGE), ...(next && { continue: next }) };
    const response = await api.request({ path: pathOf(resource, namespace), query, signal, purpose: 'lookup' });
    // The kind has gone since it was discovered.
    if (response.status === 404) return;
    const expired: boolean = response.status === 410 && next !== '' && !restarted;
    if (!expired && response.status !== 200)
      throw await refusalOf(api, response, `${resource.resource} cannot be listed`);
    const page = expired ? {} : fieldsOf(await readJson(response));
    if (!expired) yield itemsOf(page, resource);
    next = textIn(fieldsOf(page.metadata).continue) ?? '';
    if (next === '' && !expired) return;
    restarted ||= expired;
  }
}

function itemsOf({ items }: JsonFields, { group, version, kind }: ApiResource): JsonFields[] {
  const apiVersion = group === '' ? version : `${group}/${version}`;
  return (Array.isArray(items) ? items : []).filter(isFields).map((item) => ({ ...item, apiVersion, kind }));
}
