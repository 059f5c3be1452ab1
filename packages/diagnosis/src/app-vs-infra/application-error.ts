// It runs, and fails requests by an error of its own.
import { citeSignal, clue } from '../clue.ts';
import { defineMode, type Test } from '../mode.ts';
import { readLog, rollback } from '../remedy.ts';
import { outward } from '../world/calls.ts';
import { hasReadyPod } from '../world/health.ts';
import { symptomsAround } from '../world/slowness.ts';
import type { Workload } from '../world/workloads.ts';

const failsRequests: Test<Workload> = (workload, world) => {
  const signal = symptomsAround(workload, world).find(
    (each) => each.symptom === 'request-errors' || each.symptom === 'traffic-lost',
  );
  if (!signal || !hasReadyPod(workload)) return undefined;
  return clue(0, 'it runs, and its requests fail', citeSignal('alert', signal));
};

const ownError: Test<Workload> = (workload, world) => {
  const own = world.logs
    .complaints(workload)
    .filter((each) => each.error && !each.kinds.some((kind) => outward.includes(kind)));
  const trace = own.find((each) => each.kinds.includes('crash')) ?? own[0];
  return trace && clue(own.length > 3 ? 0.4 : 0.25, 'its log shows errors of its own', trace.evidence);
};

const blamesOthers: Test<Workload> = (workload, world) => {
  const call = world.calls.find((each) => each.caller === workload);
  return call && clue(0.5, `its log blames ${call.target.service?.ref.name ?? call.target.host}`, call.line.evidence);
};

export const applicationError = defineMode<Workload>({
  id: 'application-error',
  headline: 'it fails requests by an error of its own',
  over: (world) => world.workloads.all,
  blames: ({ ref }) => ref,
  base: 0.36,
  depth: 1,
  required: [failsRequests],
  supporting: [ownError],
  refuting: [blamesOthers],
  summary: ({ name }) => `${name} runs, but fails requests by an error of its own.`,
  remediation: ({ ref }) => [readLog(ref, 'Read its errors', '--tail=200'), rollback(ref)],
  neighbours: { 'dependency-unavailable': 'There its log blames somebody else.' },
});
