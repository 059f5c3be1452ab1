// From a body to items by cluster, in slices that leave the thread free in between.

import type { IncomingHttpHeaders } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import {
  createItemPacker,
  groupByCluster,
  type Item,
  type ItemPacker,
  type Problem,
  type ReadItems,
  type Source,
  type UnreadableItem,
} from '@winnow/contracts';
import type { Note } from './core/notes.ts';
import type { ReadPosted } from './core/read-posted.ts';
import { sliceJson } from './json-slices.ts';
import { readPostedBody } from './read-posted-body.ts';

/** A kind of body: its parser, and the key of its array where the array is not the body itself. */
export interface BodyFormat {
  readonly read: ReadItems;
  readonly array?: string;
  /** Reads the usual form of the body as a text, faster; undefined of what `read` is to be asked for. */
  readonly readText?: ReadPosted;
  /** Puts around the body what the headers tell, before it is read: attributes of a CloudEvent in binary mode. */
  readonly enclose?: (payload: unknown, headers: IncomingHttpHeaders) => unknown;
  /** What a payload says that is no item. `first` tells the first part of a body: what stands beside its array stands in all of them. */
  readonly note?: (payload: unknown, first: boolean) => readonly Note[];
  /** The source of an item, where it is another than its route's. */
  readonly sourceOf?: (item: Item) => Source | undefined;
}

/** Items by cluster, in lists that fit into an envelope each. */
export type ItemsByCluster = ReadonlyMap<string, readonly (readonly Item[])[]>;

export interface BodyReading {
  readonly sources: ReadonlyMap<Source, ItemsByCluster>;
  readonly notes: readonly Note[];
  /** What could not be read. */
  readonly problems: readonly Problem[];
}

/** Milliseconds after which others get their turn. */
const TURN = 3;
/** Bodies up to this many bytes cannot exceed the limits of items and envelopes, however little an element holds. */
const SMALL = 64 * 1024;

/** Who sent it, and when it came. */
export interface Arrival {
  readonly source: Source;
  /** Of items that name none. */
  readonly cluster: string;
  /** The label that names an alert's cluster. */
  readonly clusterLabel?: string;
  /** RFC 3339. */
  readonly at: string;
  readonly headers?: IncomingHttpHeaders;
}

/**
 * @throws SyntaxError where the body is not JSON.
 */
export async function readBody(body: Uint8Array, format: BodyFormat, arrival: Arrival): Promise<BodyReading> {
  const takeTurns = createTurns();
  const posted = format.readText && (await readPostedBody(body, format.readText, arrival, takeTurns));
  if (posted) return { sources: ofOneCluster(arrival.source, posted), problems: [], notes: [] };
  const packing = createPacking(arrival, format, body.length);
  const problems: Problem[] = [];
  const notes: Note[] = [];
  let first = true;
  for (const slice of sliceJson(body, format.array)) {
    await takeTurns();
    if (!slice) continue;
    const payload = payloadOf(slice.text, format, arrival);
    const items = format.read(payload, { at: arrival.at, place: '' }).map((item) => placed(item, slice.base));
    for (const item of items) if (item.type === 'unreadable') problems.push(problemOf(item));
    notes.push(...(format.note?.(payload, first) ?? []));
    packing.add(items);
    first = false;
  }
  return { sources: packing.lists(), problems, notes };
}

const ofOneCluster = (
  source: Source,
  { cluster, lists }: { readonly cluster: string; readonly lists: readonly (readonly Item[])[] },
): BodyReading['sources'] => new Map([[source, new Map([[cluster, lists]])]]);

function payloadOf(text: string, { enclose }: BodyFormat, { headers = {} }: Arrival): unknown {
  const parsed: unknown = JSON.parse(text);
  return enclose ? enclose(parsed, headers) : parsed;
}

const problemOf = ({ place, expected, found }: UnreadableItem): Problem => ({ place, expected, found });

/** Items by source and cluster. */
function createPacking(arrival: Arrival, { sourceOf }: BodyFormat, size: number) {
  const sources = new Map<Source, Map<string, ItemPacker>>();
  const packersOf = (source: Source) => {
    const packers = sources.get(source) ?? new Map<string, ItemPacker>();
    sources.set(source, packers);
    return packers;
  };
  const addTo = (source: Source, items: readonly Item[]) => {
    for (const group of groupByCluster(items, arrival.cluster, arrival.clusterLabel)) {
      const packer = packerOf(packersOf(source), group.cluster, size);
      for (const item of group.items) packer.add(item, 'an item of the request');
    }
  };
  return {
    add(items: readonly Item[]) {
      if (sourceOf) for (const item of items) addTo(sourceOf(item) ?? arrival.source, [item]);
      else addTo(arrival.source, items);
    },
    lists(): BodyReading['sources'] {
      const listsOf = (packers: Map<string, ItemPacker>) =>
        new Map([...packers].map(([name, packer]) => [name, packer.lists()]));
      return new Map([...sources].map(([source, packers]) => [source, listsOf(packers)]));
    },
  };
}

/** Resolves at once, or after the others' turn where this one has lasted long enough. */
function createTurns(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < TURN) return undefined;
    return setImmediate().then(() => {
      since = performance.now();
    });
  };
}

function packerOf(packers: Map<string, ItemPacker>, cluster: string, size: number): ItemPacker {
  const known = packers.get(cluster);
  if (known) return known;
  const packer = size <= SMALL ? createPlainList() : createItemPacker();
  packers.set(cluster, packer);
  return packer;
}

/** For bodies so small that nothing in them can exceed a limit: it measures nothing. */
function createPlainList(): ItemPacker {
  const items: Item[] = [];
  return { add: (item) => void items.push(item), lists: () => (items.length > 0 ? [items] : []) };
}

/** Names the element by its place in the whole body: `[3]` of a slice after 100 elements is `[103]`. */
function placed(item: Item, base: number): Item {
  if (base === 0 || item.type !== 'unreadable') return item;
  return { ...item, place: item.place.replace(/\[(\d+)\]/, (_, index: string) => `[${Number(index) + base}]`) };
}
