// Callers crash without a word, and what they call was changed just before: the change is the best guess.
import { type Change, symptoms } from '@winnow/contracts';
import { citeChange, clue } from '../clue.ts';
import { defineMode, type Test } from '../mode.ts';
import { rollback } from '../remedy.ts';
import { hasReadyPod } from '../world/health.ts';
import type { Workload } from '../world/workloads.ts';
import type { Member, World } from '../world/world.ts';

const WINDOW_MS = 15 * 60_000;

/** Members that call it, were well before, and do not say in a log what ails them. */
function silentCallers(workload: Workload, world: World): readonly Member[] {
  return world.members.filter((member) => {
    const way = world.graph.reach(member.key).get(workload.key);
    const caller = world.workloads.get(member.ref);
    const silent = !caller || world.logs.complaints(caller).length === 0;
    const unchanged = world.changesOf(member.ref).every((each) => each.kind !== 'updated');
    return way?.calls === true && silent && unchanged && symptoms[member.signal.symptom].fromCallee;
  });
}

/** Its last rollout, if that was before the first symptom of a caller and not long before. */
function rolloutBefore(workload: Workload, world: World): Change | undefined {
  const first = Math.min(...silentCallers(workload, world).map((each) => Date.parse(each.signal.firstSeen)));
  return world
    .changesOf(workload.ref)
    .find(
      (each) =>
        each.kind === 'updated' &&
        each.diff.some((diff) => /image|template|env/i.test(diff.path)) &&
        Date.parse(each.at) <= first + 5_000 &&
        first - Date.parse(each.at) < WINDOW_MS,
    );
}

const rolledOutBefore: Test<Workload> = (workload, world) => {
  const callers = silentCallers(workload, world);
  const change = callers.length > 0 && hasReadyPod(workload) ? rolloutBefore(workload, world) : undefined;
  if (!change) return undefined;
  const diff = change.diff.find((each) => /image/i.test(each.path)) ?? change.diff[0];
  return clue(
    0,
    `${workload.name} was rolled out at ${change.at}, just before those who call it began to fail`,
    citeChange(change, diff),
  );
};

export const changedDependency = defineMode<Workload>({
  id: 'dependency-bad-response',
  headline: 'those who call it fail since its rollout',
  over: (world) => (world.dossier.changes.length === 0 ? [] : world.workloads.all),
  blames: ({ ref }) => ref,
  base: 0.55,
  required: [rolledOutBefore],
  summary: ({ name }) =>
    `${name} runs, but its callers fail since it was rolled out: it probably answers otherwise than before.`,
  remediation: ({ ref }) => [rollback(ref)],
});
