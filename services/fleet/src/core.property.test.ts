// In whatever order incidents arrive: what is linked with what in the end is the same, also after a restart half-way.
import type { FleetCause, FleetInput } from '@winnow/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { badImage, hint, input, testFleet, timeAt } from './testing/given.ts';

const cause: fc.Arbitrary<FleetCause> = fc.oneof(
  fc.constantFrom('x/a:1', 'x/b:1', 'y/c:2').map((key) => badImage(key)),
  fc.constantFrom('x', 'y').map((key) => hint('registry', key, 0.8)),
  fc.constantFrom('x/a:1', 'y/c:2').map((key) => hint('image', key)),
  fc.constantFrom('eu-1a', 'eu-1b').map((key) => hint('zone', key, 0.5)),
);

/** The incidents of a quarter of an hour: each opens, may change what it blames, and may end. */
const incident = fc.record({
  cluster: fc.constantFrom(...'abcdefghijkl'),
  at: fc.integer({ min: 0, max: 900 }),
  causes: fc.array(cause, { maxLength: 3 }),
  later: fc.option(fc.array(cause, { maxLength: 3 }), { nil: undefined }),
  lasts: fc.option(fc.integer({ min: 1, max: 600 }), { nil: undefined }),
});

function inputsOf(
  { cluster, at, causes, later, lasts }: typeof incident extends fc.Arbitrary<infer T> ? T : never,
  n: number,
) {
  const head = { incident: `inc-${n}`, openedAt: timeAt(at) };
  const all: FleetInput[] = [input(cluster, at, causes, head)];
  if (later) all.push(input(cluster, at + 1, later, { ...head, revision: 2 }));
  if (lasts !== undefined)
    all.push(input(cluster, at + 1 + lasts, later ?? causes, { ...head, revision: 3, status: 'resolved' }));
  return all;
}

/** Takes the next of some queue each time: each incident's own inputs stay in order. */
function interleaved(queues: readonly (readonly FleetInput[])[], picks: readonly number[]): FleetInput[] {
  const left = queues.map((queue) => [...queue]);
  const out: FleetInput[] = [];
  for (let n = 0; left.some((queue) => queue.length > 0); n++) {
    const open = left.filter((queue) => queue.length > 0);
    const next = open[(picks[n % picks.length] ?? 0) % open.length]?.shift();
    if (next) out.push(next);
  }
  return out;
}

function linksOf(f: ReturnType<typeof testFleet>): string[] {
  const last = [...f.latest.values()].filter(
    (each) => each !== null && each.mergedInto === undefined && each.members.length > 0,
  );
  return last
    .map((each) => `${each?.status} ${JSON.stringify(each?.causes)} ${each?.members.map((m) => m.incident).sort()}`)
    .sort();
}

describe('whatever the order of arrivals', () => {
  it('the links are the same, and no incident is in two', () => {
    fc.assert(
      fc.property(
        fc.array(incident, { minLength: 2, maxLength: 25 }),
        fc.array(fc.nat(100), { minLength: 1, maxLength: 40 }),
        fc.nat(60),
        (incidents, picks, restart) => {
          const queues = incidents.map(inputsOf);
          const [one, other] = [testFleet(), testFleet()];
          one.feed(...queues.flat());
          for (const [n, each] of interleaved(queues, picks).entries()) {
            if (n === restart) other.reload();
            other.feed(each);
          }
          expect(linksOf(other)).toEqual(linksOf(one));
          const members = [...other.latest.values()].flatMap((each) =>
            each && each.mergedInto === undefined && each.closedBy !== 'dissolved'
              ? each.members.map((m) => m.incident)
              : [],
          );
          expect(new Set(members).size).toBe(members.length);
        },
      ),
      { numRuns: 300 },
    );
  });
});
