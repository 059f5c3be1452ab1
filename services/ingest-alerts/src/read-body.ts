// From a body to items by cluster, in slices that leave the thread free in between.

import { setImmediate } from 'node:timers/promises';
import { createItemPacker, type Item, type ItemPacker, type Problem } from '@winnow/contracts';
import { sliceJson } from './json-slices.ts';

/** What a parser made of one document. Elements that could not be read are among the items (`unreadable`), so that they become dead letters. */
export interface Reading {
  readonly items: readonly { readonly cluster: string; readonly item: Item }[];
  /** The same in words for the sender: empty where all was well. */
  readonly problems: readonly Problem[];
}

/** A pure parser of one kind of body. `cluster` is for items that name none themselves. */
export type Reader = (body: unknown, cluster: string) => Reading;

/** A kind of body: its parser, and the key of its array where the array is not the body itself. */
export interface BodyFormat {
  readonly read: Reader;
  readonly array?: string;
}

export interface BodyReading {
  /** Items by cluster, in lists that fit into an envelope each. */
  readonly clusters: ReadonlyMap<string, readonly (readonly Item[])[]>;
  readonly problems: readonly Problem[];
}

/** Milliseconds after which others get their turn. */
const TURN = 3;
/** Bodies up to this many bytes cannot exceed the limits of items and envelopes, however little an element holds. */
const SMALL = 64 * 1024;

/** @throws SyntaxError where the body is not JSON. */
export async function readBody(body: Uint8Array, format: BodyFormat, cluster: string): Promise<BodyReading> {
  const packers = new Map<string, ItemPacker>();
  const problems: Problem[] = [];
  const takeTurns = createTurns();
  for (const slice of sliceJson(body, format.array)) {
    await takeTurns();
    if (!slice) continue;
    const reading = format.read(JSON.parse(slice.text), cluster);
    for (const each of reading.items) {
      packerOf(packers, each.cluster, body.length).add(placed(each.item, slice.base), 'an item of the request');
    }
    for (const problem of reading.problems) problems.push(placed(problem, slice.base));
  }
  return { clusters: new Map([...packers].map(([name, packer]) => [name, packer.lists()])), problems };
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

function createPlainList(): ItemPacker {
  const items: Item[] = [];
  return { add: (item) => void items.push(item), lists: () => [items] };
}

/** Names the element by its place in the whole body: `[3]` of a slice after 100 elements is `[103]`. */
function placed<T extends object>(told: T, base: number): T {
  if (base === 0 || !('place' in told) || typeof told.place !== 'string') return told;
  return { ...told, place: told.place.replace(/\[(\d+)\]/, (_, index: string) => `[${Number(index) + base}]`) };
}
