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
} from '@winnow/contracts';
import { sliceJson } from './json-slices.ts';

/** A kind of body: its parser, and the key of its array where the array is not the body itself. */
export interface BodyFormat {
  readonly read: ReadItems;
  readonly array?: string;
  /** Puts around the body what the headers tell, before it is read: attributes of a CloudEvent in binary mode. */
  readonly enclose?: (payload: unknown, headers: IncomingHttpHeaders) => unknown;
}

export interface BodyReading {
  /** Items by cluster, in lists that fit into an envelope each. */
  readonly clusters: ReadonlyMap<string, readonly (readonly Item[])[]>;
  /** What could not be read. */
  readonly problems: readonly Problem[];
}

/** Milliseconds after which others get their turn. */
const TURN = 3;
/** Bodies up to this many bytes cannot exceed the limits of items and envelopes, however little an element holds. */
const SMALL = 64 * 1024;

/** Who sent it, and when it came. */
export interface Arrival {
  /** Of items that name none. */
  readonly cluster: string;
  /** RFC 3339. */
  readonly at: string;
  readonly headers?: IncomingHttpHeaders;
}

/**
 * @throws SyntaxError where the body is not JSON.
 */
export async function readBody(body: Uint8Array, format: BodyFormat, arrival: Arrival): Promise<BodyReading> {
  const { cluster, at, headers = {} } = arrival;
  const packers = new Map<string, ItemPacker>();
  const problems: Problem[] = [];
  const takeTurns = createTurns();
  for (const slice of sliceJson(body, format.array)) {
    await takeTurns();
    if (!slice) continue;
    const parsed: unknown = JSON.parse(slice.text);
    const payload = format.enclose ? format.enclose(parsed, headers) : parsed;
    const items = format.read(payload, { at, place: '' }).map((item) => placed(item, slice.base));
    for (const { place, expected, found } of items.filter(isUnreadable)) problems.push({ place, expected, found });
    for (const group of groupByCluster(items, cluster)) {
      const packer = packerOf(packers, group.cluster, body.length);
      for (const item of group.items) packer.add(item, 'an item of the request');
    }
  }
  return { clusters: new Map([...packers].map(([name, packer]) => [name, packer.lists()])), problems };
}

const isUnreadable = (item: Item) => item.type === 'unreadable';

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
