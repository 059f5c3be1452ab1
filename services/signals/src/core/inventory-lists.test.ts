// Whatever lists, watches, crashes and second instances do to the order of what is told: nothing that is there vanishes, nothing comes twice.
import type { Inventory, Item } from '@winnow/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { givenStage, object } from '../testing/given.ts';

interface Stored {
  readonly name: string;
  readonly uid: string;
  readonly version: number;
}
interface Written {
  readonly version: number;
  readonly change: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: Stored;
}

/** A cluster with one kind of objects: what it holds, and all that was ever written. */
function createCluster() {
  const stored = new Map<string, Stored>();
  const history: Written[] = [];
  // Numbers of different lengths: texts would compare otherwise.
  let version = 95;
  return {
    history,
    get version() {
      return version;
    },
    all: () => [...stored.values()],
    isThere: (uid: string) => [...stored.values()].some((each) => each.uid === uid),
    write(name: string, end: boolean): void {
      const known = stored.get(name);
      if (end && !known) return;
      version++;
      const written = { name, uid: known?.uid ?? `${name}-${version}`, version };
      history.push({ version, change: end ? 'DELETED' : known ? 'MODIFIED' : 'ADDED', object: written });
      if (end) stored.delete(name);
      else stored.set(name, written);
    },
  };
}

const factsOf = ({ name, uid, version }: Stored, change: Written['change']): Item =>
  object(
    {
      kind: 'ConfigMap',
      metadata: { name, namespace: 'shop', uid, resourceVersion: String(version) },
      hashes: { key: String(version) },
    },
    change,
  );

type Cluster = ReturnType<typeof createCluster>;

/** One intake: it stands somewhere in the history, or needs a list; a crash throws it back to where it had saved. */
function createIntake(cluster: Cluster, tell: (items: readonly Item[]) => void) {
  let place: number | undefined;
  let saved: number | undefined;
  let list: { readonly version: number; rest: Stored[] } | undefined;

  function watch(most: number, save: boolean): void {
    if (place === undefined) return;
    const news = cluster.history.filter(({ version }) => version > place!).slice(0, most);
    if (news.length > 0) tell(news.map((each) => factsOf(each.object, each.change)));
    place = news.at(-1)?.version ?? place;
    if (save) saved = place;
  }

  function begin(): void {
    place = undefined;
    tell([{ type: 'list-begin', kind: 'ConfigMap' }]);
    list = { version: cluster.version, rest: cluster.all() };
  }

  function page(most: number): void {
    if (!list && place === undefined) begin();
    if (!list) return;
    const items = list.rest.splice(0, most).map((each) => factsOf(each, 'ADDED'));
    const ends = list.rest.length === 0;
    tell(ends ? [...items, { type: 'list-end', kind: 'ConfigMap' }] : items);
    if (!ends) return;
    [place, saved, list] = [list.version, list.version, undefined];
  }

  return {
    watch,
    page,
    /** 410, or a `continue` token that has expired. */
    relist: begin,
    crash(): void {
      [place, list] = [saved, undefined];
    },
    catchUp(): void {
      while (place === undefined) page(3);
      watch(Number.POSITIVE_INFINITY, true);
    },
  };
}

const names = ['a', 'b', 'c', 'd'];
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ is: fc.constant('write' as const), name: fc.constantFrom(...names), end: fc.boolean() }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      is: fc.constantFrom(
        'watch' as const,
        'watch' as const,
        'page' as const,
        'page' as const,
        'relist' as const,
        'crash' as const,
      ),
      by: fc.nat(1),
      most: fc.integer({ min: 1, max: 3 }),
      save: fc.boolean(),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function run(steps: readonly Step[], instances: number) {
  const cluster = createCluster();
  const stage = givenStage();
  const told: Inventory[] = [];
  let seconds = 0;
  const newest = new Map<string, number>();

  const intakes = Array.from({ length: instances }, (_, i) =>
    createIntake(cluster, (items) => {
      const { emit } = stage.arrives(seconds++, 'kubernetes.object', items, { instance: `intake-${i}` });
      for (const each of emit.filter(({ topic }) => topic === 'winnow.inventory')) check(each.value as Inventory);
    }),
  );

  const present = new Map<string, string>();
  function check(value: Inventory): void {
    told.push(value);
    const { name } = value.entity;
    if (!value.object) {
      // Nothing vanishes that is there.
      expect(cluster.isThere(present.get(name) ?? '')).toBe(false);
      present.delete(name);
      return;
    }
    const { uid = '', resourceVersion } = value.object.metadata;
    // Each version is told once, and none after a newer one.
    expect(Number(resourceVersion)).toBeGreaterThan(newest.get(name) ?? 0);
    newest.set(name, Number(resourceVersion));
    present.set(name, uid);
  }

  for (const each of steps) {
    if (each.is === 'write') cluster.write(each.name, each.end);
    else intakes[each.by % instances]![each.is](each.most, each.save);
    if (seconds % 7 === 0) stage.reload();
  }
  for (const intake of intakes) intake.catchUp();
  expect([...present].sort()).toEqual(
    cluster
      .all()
      .map(({ name, uid }) => [name, uid])
      .sort(),
  );
  for (const { name, version } of cluster.all()) expect(newest.get(name)).toBe(version);
  expect(stage.ledger.every(({ outcome }) => outcome !== 'dead_lettered')).toBe(true);
}

it.each([1, 2])(
  'given %i instances and any course, when all have caught up, then what is known is what is there',
  (instances) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => run(steps, instances)),
      { numRuns: 500 },
    );
  },
);

it('given etcd restored from a backup, when all is listed again because of it, then what came back is there again', () => {
  const stage = givenStage();
  const list = (...items: Item[]): Item[] => [
    { type: 'list-begin', kind: 'ConfigMap', restored: true },
    ...items,
    { type: 'list-end', kind: 'ConfigMap' },
  ];
  const [old, gone] = [
    { name: 'a', uid: 'a-1', version: 100 },
    { name: 'b', uid: 'b-1', version: 101 },
  ];
  stage.arrives(0, 'kubernetes.object', list(factsOf(old, 'ADDED'), factsOf(gone, 'ADDED')));
  stage.arrives(1, 'kubernetes.object', [factsOf({ ...old, version: 110 }, 'MODIFIED')]);
  stage.arrives(2, 'kubernetes.object', [factsOf({ ...gone, version: 111 }, 'DELETED')]);
  const { emit } = stage.arrives(3, 'kubernetes.object', list(factsOf(old, 'ADDED'), factsOf(gone, 'ADDED')));
  const told = emit.filter(({ topic }) => topic === 'winnow.inventory').map(({ value }) => value as Inventory);
  expect(told.map(({ object: facts }) => facts?.metadata.resourceVersion)).toEqual(['100', '101']);
});
