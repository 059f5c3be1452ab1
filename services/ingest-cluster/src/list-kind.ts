// Reads all objects of a kind, page by page, and writes them as one list: `list-begin`, the objects, `list-end`.
import { fieldsOf, type Item, textIn } from '@winnow/contracts';
import { createListScanner, readListed } from './core.ts';
import { type Ending, endingOf, endingOfError } from './ending.ts';
import { type Heard, hear } from './hear-body.ts';
import { admit, contextOf, type KindWorld, noteBytes, OBJECT_LIMIT, whileOpen } from './kind-world.ts';

const PAGE = 500;
/** Items are sent on when these bytes were read: what is held is bounded, whatever the size of the cluster. */
const BATCH = 256 * 1024;

export interface ListNeeds {
  /** In one page: where pages take longer than their tokens live. */
  readonly whole: boolean;
  /** The cluster does not know the version any more that its watch had reached. */
  readonly restored: boolean;
}

interface Page {
  readonly version: string | undefined;
  readonly token: string | undefined;
}

/**
 * One list from its beginning. It has to begin in the log before the first page is asked for: what another instance told in between is
 * newer than the list. A list that ends early has no `list-end`, and means nothing.
 */
export async function listKind(world: KindWorld, { whole, restored }: ListNeeds): Promise<Ending> {
  const { kind, told, send, signal } = world;
  const marker = { kind: kind.kind };
  if (!(await send([{ type: 'list-begin', ...marker, ...(restored && { restored }) }]))) return { is: 'stopped' };
  told.beginList();
  let version: string | undefined;
  let token: string | undefined;
  do {
    const page = await readPage(world, token, whole);
    if ('is' in page) return page.is === 'gone' ? { is: 'expired' } : page;
    version ??= page.version;
    token = page.token;
  } while (token !== undefined && !signal.aborted);
  if (version === undefined)
    return { is: 'failed', reason: 'no-version', detail: `list ${kind.id}: it has no version` };
  if (!(await send([{ type: 'list-end', ...marker }]))) return { is: 'stopped' };
  told.endList();
  return { is: 'listed', version };
}

async function readPage(world: KindWorld, token: string | undefined, whole: boolean): Promise<Page | Ending> {
  const { api, kind, patience, signal } = world;
  const what = `list ${kind.id}`;
  const query = { ...(!whole && { limit: String(PAGE) }), ...(token !== undefined && { continue: token }) };
  const limits = { answer: patience.answer, silence: patience.silence, signal };
  try {
    return await hear(api, { path: kind.path, query, purpose: 'list' }, limits, (heard) =>
      heard.response.status === 200
        ? whileOpen(world, () => takePage(world, heard, what))
        : endingOf(heard.response, what),
    );
  } catch (error) {
    return endingOfError(error, what, signal.aborted);
  }
}

async function takePage(world: KindWorld, { body }: Heard, what: string): Promise<Page | Ending> {
  const scanner = createListScanner(OBJECT_LIMIT);
  const context = contextOf(world);
  let batch: Item[] = [];
  let room = BATCH;
  for await (const chunk of body) {
    noteBytes(world, chunk.length);
    for (const piece of scanner.push(chunk)) {
      batch.push(...admit(world, readListed(world.kind, piece, context)));
      room -= piece.size;
    }
    if (room > 0) continue;
    if (!(await world.send(batch))) return { is: 'stopped' };
    batch = [];
    room = BATCH;
  }
  const { metadata, complete } = scanner.end();
  if (!complete) return { is: 'failed', reason: 'cut', detail: `${what}: the answer was cut off` };
  if (!(await world.send(batch))) return { is: 'stopped' };
  const told = fieldsOf(metadata);
  return { version: textIn(told.resourceVersion), token: textIn(told.continue) };
}
