// A container ends with an error of its own; so does the run of a Job.
import { citeEvent, clue } from '../clue.ts';
import { defineMode, type Test } from '../mode.ts';
import { readLog, rollback } from '../remedy.ts';
import { blamesOthers, ended, inWhichItCrashes, lastComplaints, rolledOut } from '../world/last-words.ts';
import type { ContainerView } from '../world/workloads.ts';
import type { World } from '../world/world.ts';

type ContainerTest = Test<ContainerView>;
const mains = (world: World) => world.containers.filter((each) => !each.init && !isJob(each));
const isJob = ({ workload }: ContainerView) => workload.ref.kind === 'Job' || workload.ref.kind === 'CronJob';

const blamesSettings: ContainerTest = (container, world) => {
  const line = lastComplaints(container, world, [
    'env-missing',
    'env-invalid',
    'config',
    'permission',
    'exec-format',
    'port-conflict',
    'no-space',
    'rbac',
    'oom',
    'certificate',
    'auth',
    'usage',
  ])[0];
  return line && clue(0.5, 'its log blames its surroundings', line.evidence);
};

const killedByProbe: ContainerTest = (container, world) => {
  const event = world.events
    .of(container.workload, 'Killing')
    .findLast((each) => /failed liveness probe|failed startup probe/.test(each.message));
  return event && clue(0.7, 'the kubelet kills it because a probe fails', citeEvent(event));
};

const ownTrace: ContainerTest = (container, world) => {
  const line = lastComplaints(container, world, ['crash'])[0];
  return line && clue(0.45, 'its log ends in an error of its own', line.evidence);
};

export const applicationCrash = defineMode<ContainerView>({
  id: 'application-crash',
  headline: 'it ends by an error of its own',
  over: mains,
  blames: ({ workload }) => workload.ref,
  base: 0.5,
  depth: 1,
  required: [ended],
  supporting: [ownTrace, rolledOut],
  refuting: [blamesOthers, blamesSettings, killedByProbe],
  explains: inWhichItCrashes,
  summary: ({ name }) => `Container ${name} ends by an error of its own.`,
  remediation: ({ workload, name }) => [
    readLog(workload.ref, 'Read what it said before it ended', `-c ${name} --previous --tail=100`),
    rollback(workload.ref),
  ],
  neighbours: {
    'dependency-unavailable': 'There its last words name somebody else who does not answer.',
    'config-invalid': 'There they name a setting.',
  },
});

export const jobFailed = defineMode<ContainerView>({
  id: 'job-failed',
  headline: 'its run fails',
  over: (world) => world.containers.filter(isJob),
  blames: ({ workload }) => workload.ref,
  base: 0.6,
  depth: 1,
  required: [ended],
  supporting: [ownTrace],
  refuting: [blamesOthers],
  summary: ({ name }) => `The run fails: container ${name} ends with an error.`,
  remediation: ({ workload }) => [readLog(workload.ref, 'Read what the run said', '--tail=100')],
});
