// Whatever happens in whatever order: what receivers were told is what is so in the end, and never more often than they bear.
import type { Incident } from '@winnow/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNews, stateOf } from './core/news.ts';
import { cause, type Given, given, type Sent, timeAt } from './testing/given.ts';

const ids = ['inc-1', 'inc-2', 'inc-3', 'inc-4', 'inc-5', 'inc-6'];
const modes = ['oom-killed', 'memory-leak', 'cpu-throttling'] as const;
const answers = [200, 204, 400, 429, 503, 'unreachable', 'timeout'] as const;

const change: fc.Arbitrary<Partial<Incident>> = fc.oneof(
  fc.record({ severity: fc.constantFrom('critical' as const, 'high' as const, 'medium' as const, 'low' as const) }),
  fc.record({ status: fc.constantFrom('open' as const, 'stale' as const, 'resolved' as const) }),
  fc.constant({ mergedInto: 'inc-0' }),
);
const step = fc.oneof(
  fc.record({
    kind: fc.constant('incident' as const),
    id: fc.constantFrom(...ids),
    change,
    workloads: fc.integer({ min: 1, max: 9 }),
  }),
  fc.record({ kind: fc.constant('finding' as const), id: fc.constantFrom(...ids), mode: fc.constantFrom(...modes) }),
  fc.record({ kind: fc.constant('answer' as const), which: fc.nat(20), code: fc.constantFrom(...answers) }),
  fc.record({ kind: fc.constant('time' as const), seconds: fc.integer({ min: 1, max: 40 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Plays the steps, then lets time pass while everything is taken. Gives what each receiver took, and when. */
function play(g: Given, steps: readonly Step[]) {
  const open: Sent[] = [];
  const taken: { readonly at: number; readonly sent: Sent }[] = [];
  let [now, seen, most] = [10, 0, 0];
  const pass = (seconds: number) => {
    now += seconds;
    g.tick(now);
  };
  const collect = () => {
    open.push(...g.sent.slice(seen));
    seen = g.sent.length;
    const byReceiver = Map.groupBy(open, ({ receiver }) => receiver);
    most = Math.max(most, ...[...byReceiver.values()].map((each) => each.length));
  };
  const answer = (which: number, code: (typeof answers)[number]) => {
    const [sent] = open.splice(which % Math.max(1, open.length), 1);
    if (!sent) return;
    g.answers(now, code, { ask: sent.ask });
    if (code === 200 || code === 204) taken.push({ at: now, sent });
  };
  for (const each of steps) {
    if (each.kind === 'incident') {
      const names = Array.from({ length: each.workloads }, (_, n) => `app-${n}`);
      g.incident(now, { id: each.id, openedAt: timeAt(9), ...each.change }, names);
    } else if (each.kind === 'finding') g.finding(now, { incident: each.id, hypotheses: [cause('app-0', each.mode)] });
    else if (each.kind === 'answer') answer(each.which, each.code);
    else pass(each.seconds);
    collect();
  }
  for (let quiet = 0; quiet < 200; quiet += 10) {
    pass(10);
    collect();
    if (open.length > 0) quiet = 0;
    while (open.length > 0) answer(0, 200);
    collect();
  }
  return { taken, most };
}

describe('notifications', () => {
  it('end with what is so, at most one in 30 s for an incident, at most a few at once', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const g = given({ receivers: ['one', 'two'].map((name) => ({ name, since: timeAt(0) })) });
        const { taken, most } = play(g, steps);
        expect(most).toBeLessThanOrEqual(4);
        const byWhom = Map.groupBy(taken, ({ sent }) => `${sent.receiver} ${sent.ask.incident}`);
        for (const [at, ...later] of [...byWhom.values()].map((all) => all.map((each) => each.at * 1000)))
          later.reduce((before, next) => {
            expect(next - before).toBeGreaterThanOrEqual(30_000);
            return next;
          }, at ?? 0);
        for (const [key, { told, refused }] of g.state.tellings.entries()) {
          const subject = g.state.subjects.get(key.slice(key.indexOf('|') + 1));
          const last = refused ?? told;
          if (!subject || !last) continue;
          const now = stateOf(subject);
          // Who was not told that it is there need not be told that it is over, or that it is of little weight.
          if (!told?.firing && (!now.firing || (!told && now.severity === 'low'))) continue;
          expect(isNews(now, last)).toBe(false);
        }
      }),
      { numRuns: 150 },
    );
  });
});
