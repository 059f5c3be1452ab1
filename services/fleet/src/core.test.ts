import { describe, expect, it } from 'vitest';
import { badImage, hint, input, testFleet, timeAt } from './testing/given.ts';

const names = (count: number, prefix = 'c') => Array.from({ length: count }, (_, n) => `${prefix}${n}`);
const minute = 60;

describe('linking', () => {
  it('given two clusters that cannot pull the same image, then they are one fleet incident that says why each is there', () => {
    const f = testFleet();
    f.feed(input('a', 0, [badImage()]));
    expect(f.open()).toEqual([]);
    f.feed(input('b', 60, [badImage()], { severity: 'critical' }));
    expect(f.open()).toEqual(['registry.example.com/shop/cart:2: a b']);
    expect(f.told[0]).toMatchObject({
      ...{ tenant: 't', revision: 1, status: 'open', severity: 'critical', clusters: 2, openedAt: timeAt(0) },
      causes: [{ kind: 'image', key: 'registry.example.com/shop/cart:2' }],
    });
    expect(f.told[0]?.members.map(({ why, score }) => [why, score])).toEqual([
      ['Deployment cart cannot pull it', 0.9],
      ['Deployment cart cannot pull it', 0.9],
    ]);
    expect(f.told[0]?.score).toBeGreaterThan(0.9);
    expect(f.told[0]?.why).toContain('2 clusters blame the same image');
  });

  it('given two incidents of one cluster with one cause, then they are nothing of the fleet', () => {
    const f = testFleet();
    f.feed(input('a', 0, [badImage()], { incident: 'one' }), input('a', 5, [badImage()], { incident: 'other' }));
    expect(f.told).toEqual([]);
  });

  it('given the same image in clusters of two tenants, then nothing links them', () => {
    const f = testFleet();
    f.feed(input('a', 0, [badImage()]), input('a', 1, [badImage()], { tenant: 'other' }));
    expect(f.told).toEqual([]);
  });

  it('given one that was over long before the other began, then they are apart; where one lasts they are one', () => {
    const f = testFleet();
    f.feed(input('a', 0, [badImage()]), input('a', 60, [badImage()], { status: 'resolved', openedAt: timeAt(0) }));
    f.feed(input('b', 20 * minute, [badImage()]));
    expect(f.open()).toEqual([]);
    f.feed(input('c', 120 * minute, [badImage()]));
    expect(f.open()).toEqual(['registry.example.com/shop/cart:2: b c']);
  });

  it('given clusters that only run the same image and crash, then two are a coincidence and many at once are not', () => {
    const f = testFleet();
    for (const [at, name] of names(12).entries()) f.feed(input(name, at * 10, [hint('image', 'shop/cart:2')]));
    const first = f.told[0]?.clusters ?? 0;
    expect(first).toBeGreaterThan(3);
    expect(f.told.at(-1)?.clusters).toBe(12);
  });

  it('given a fleet that runs the same images everywhere, then some of them crash in many clusters by chance; one that stands out does not', () => {
    const f = testFleet();
    const noise = names(90).map((name, n) => input(name, n * 5, [hint('image', `app-${(n * 7) % 11}:1`)]));
    f.feed(...noise);
    expect(f.told).toEqual([]);
    for (const [at, name] of names(40, 'x').entries()) f.feed(input(name, at * 5, [hint('image', 'app-x:2')]));
    expect(f.told.at(-1)).toMatchObject({ causes: [{ key: 'app-x:2' }], clusters: 40 });
    expect(f.open()).toHaveLength(1);
  });

  it('given images that many mistyped, each another one, then the registry that all use is none to blame', () => {
    const f = testFleet();
    for (const [n, name] of names(60).entries())
      f.feed(input(name, n * 5, [badImage(`registry/app:typo-${n}`), hint('registry', 'registry', 0.15)]));
    expect(f.told).toEqual([]);
  });

  it('given the same many spread over hours, then they are not linked', () => {
    const f = testFleet();
    for (const [at, name] of names(12).entries()) f.feed(input(name, at * 20 * minute, [hint('image', 'shop/cart:2')]));
    expect(f.told).toEqual([]);
  });

  it('given what most other incidents have too, then it is no evidence, however telling', () => {
    const f = testFleet();
    const proxy = badImage('proxy:1');
    for (const [at, name] of names(40, 'old').entries()) {
      const over = { openedAt: timeAt(at * 600), status: 'resolved' } as const;
      f.feed(input(name, at * 600, [proxy]), input(name, at * 600 + 60, [proxy], over));
    }
    expect(f.told).toEqual([]);
    f.feed(input('a', 40_000, [proxy]), input('b', 40_010, [proxy]));
    expect(f.told).toEqual([]);
    f.feed(input('c', 40_020, [badImage()]), input('d', 40_030, [badImage()]));
    expect(f.open()).toEqual(['registry.example.com/shop/cart:2: c d']);
  });

  it('given a registry that fails, then clusters with different images are one, and the images are not', () => {
    const f = testFleet();
    for (const [n, name] of names(9).entries())
      f.feed(input(name, n, [hint('registry', 'ghcr.io', 0.8), hint('image', `ghcr.io/app-${n % 3}:1`, 0.3)]));
    expect(f.open()).toEqual([`ghcr.io: ${names(9).join(' ')}`]);
    expect(f.told.at(-1)?.causes).toEqual([{ kind: 'registry', key: 'ghcr.io' }]);
  });

  it('given an image that does not exist, then the cause is the image though all pull from one registry', () => {
    const f = testFleet();
    for (const [n, name] of names(6).entries())
      f.feed(input(name, n, [badImage(), hint('registry', 'registry.example.com', 0.15)]));
    f.feed(
      input('noise', 9, [badImage('registry.example.com/other:3'), hint('registry', 'registry.example.com', 0.15)]),
    );
    expect(f.open()).toEqual([`registry.example.com/shop/cart:2: ${names(6).join(' ')}`]);
  });

  it('given nodes that fail in one zone of several clusters, while elsewhere none do, then the zone is the cause', () => {
    const f = testFleet();
    for (const [n, name] of names(12).entries()) f.feed(input(name, n, [hint('zone', 'eu-1a', 0.5)]));
    expect(f.open()).toEqual([`eu-1a: ${names(12).sort().join(' ')}`]);
  });

  it('given trouble in all zones alike, then no zone is to blame', () => {
    const f = testFleet();
    for (const [n, name] of names(60).entries()) f.feed(input(name, n, [hint('zone', `zone-${n % 3}`, 0.5)]));
    expect(f.told).toEqual([]);
  });
});

describe('a fleet incident', () => {
  const linked = () => {
    const f = testFleet();
    f.feed(input('a', 0, [badImage()]), input('b', 10, [badImage()]), input('c', 20, [badImage()]));
    return { f, id: f.told[0]?.id };
  };

  it('when a member turns out to have another cause, then it leaves, and says nothing when nothing has changed', () => {
    const { f, id } = linked();
    f.feed(input('b', 30, [badImage()], { revision: 2, openedAt: timeAt(10) }));
    expect(f.told).toHaveLength(2);
    f.feed(input('b', 40, [hint('host', 'api.example.com', 0.7)], { revision: 3, openedAt: timeAt(10) }));
    expect(f.open()).toEqual(['registry.example.com/shop/cart:2: a c']);
    expect(f.told.at(-1)?.id).toBe(id);
  });

  it('when an older revision comes late, then it changes nothing', () => {
    const { f } = linked();
    f.feed(input('b', 30, [badImage()], { revision: 3, openedAt: timeAt(10), severity: 'low' }));
    const told = f.told.length;
    f.feed(input('b', 30, [], { revision: 2, openedAt: timeAt(10) }));
    expect(f.told).toHaveLength(told);
  });

  it('when too few are left that share the cause, then it is dissolved; when they share it again, it is the same one', () => {
    const { f, id } = linked();
    for (const name of ['b', 'c']) f.feed(input(name, 30, [], { revision: 2 }));
    expect(f.told.at(-1)).toMatchObject({ id, status: 'resolved', closedBy: 'dissolved', members: [] });
    f.feed(input('b', 40, [badImage()], { revision: 3 }));
    expect(f.told.at(-1)).toMatchObject({ id, status: 'open', clusters: 2 });
    expect(f.told.map(({ revision }) => revision)).toEqual(f.told.map((_, n) => n + 1));
  });

  it('when all members are over, then it is; when one comes back, it opens again under its id', () => {
    const { f, id } = linked();
    for (const [n, name] of ['a', 'b', 'c'].entries())
      f.feed(input(name, 60 + n, [badImage()], { status: 'resolved', revision: 2, openedAt: timeAt(n * 10) }));
    expect(f.told.at(-1)).toMatchObject({ id, status: 'resolved', closedBy: 'recovered', clusters: 3 });
    f.feed(input('a', 120, [badImage()], { revision: 3, openedAt: timeAt(0) }));
    expect(f.told.at(-1)).toMatchObject({ id, status: 'open' });
    expect(f.told.at(-1)).not.toHaveProperty('closedBy');
  });

  it('when two turn out to be one, then the older lives on and the other points to it', () => {
    const f = testFleet();
    const [one, other] = [badImage('x/one:1'), badImage('x/other:1')];
    f.feed(input('a', 0, [one]), input('b', 1, [one]), input('c', 2, [other]), input('d', 3, [other]));
    expect(f.open()).toEqual(['x/one:1: a b', 'x/other:1: c d']);
    const registry = hint('registry', 'x', 0.9);
    const blamed = { ...one, weight: 0.3 };
    for (const [at, name] of ['a', 'b', 'c', 'd'].entries())
      f.feed(
        input(name, 10 + at, [registry, name < 'c' ? blamed : { ...other, weight: 0.3 }], {
          revision: 2,
          openedAt: timeAt(at),
        }),
      );
    expect(f.open()).toEqual(['x: a b c d']);
    const [first, second] = f.told.map(({ id }) => id);
    const gone = f.told.find(({ mergedInto }) => mergedInto !== undefined);
    expect(new Set([first, second, gone?.id]).size).toBe(2);
    expect(gone?.mergedInto).not.toBe(gone?.id);
    expect(f.open()).toHaveLength(1);
  });

  it('when an incident was merged into another of its cluster, then the survivor takes its place', () => {
    const { f, id } = linked();
    f.feed(input('b', 30, [badImage()], { incident: 'inc-b2', openedAt: timeAt(12) }));
    f.feed(input('b', 31, [badImage()], { revision: 2, mergedInto: 'inc-b2', openedAt: timeAt(10) }));
    expect(f.told.at(-1)).toMatchObject({ id, clusters: 3 });
    expect(f.told.at(-1)?.members.map(({ incident }) => incident)).toEqual(['inc-a', 'inc-b2', 'inc-c']);
  });

  it('when the process starts anew, then it goes on where it stood', () => {
    const { f, id } = linked();
    f.reload();
    f.feed(input('d', 30, [badImage()]));
    expect(f.told.at(-1)).toMatchObject({ id, clusters: 4, revision: 3 });
  });

  it('when it is long over, then it is forgotten, and its null follows', () => {
    const { f, id = '' } = linked();
    for (const [n, name] of ['a', 'b', 'c'].entries())
      f.feed(input(name, 60 + n, [badImage()], { status: 'resolved', revision: 2, openedAt: timeAt(n * 10) }));
    const told = f.told.length;
    f.feed(input('z', 86_400 + 120, [hint('image', 'y')]));
    expect(f.latest.get(id)).toBeNull();
    expect([f.told.length, f.size()]).toEqual([told, 1]);
  });
});

describe('bounds', () => {
  it('given more incidents than are remembered, then those that are over go first', () => {
    const f = testFleet({ maxIncidents: 20 });
    f.feed(input('a', 0, [badImage()]), input('b', 1, [badImage()]));
    for (const name of names(60, 'x')) f.feed(input(name, 10, [hint('image', name)], { status: 'resolved' }));
    expect(f.size()).toBeLessThanOrEqual(20);
    expect(f.open()).toEqual(['registry.example.com/shop/cart:2: a b']);
  });

  it('given more members than are listed, then the others are counted', () => {
    const f = testFleet({ maxListed: 3 });
    for (const [at, name] of names(5).entries()) f.feed(input(name, at, [badImage()]));
    expect(f.told.at(-1)).toMatchObject({ clusters: 5, unlisted: 2 });
    expect(f.told.at(-1)?.members).toHaveLength(3);
  });

  it('given an incident that shares nothing, then nothing is kept of it', () => {
    const f = testFleet();
    f.feed(input('a', 0, []), input('b', 1, []));
    expect(f.size()).toBe(0);
  });
});
