// What never comes to run: a command that cannot be started, an init container that fails or does not end.
import { citeEvent, citeObject, clue } from '../clue.ts';
import { defineMode, type Test } from '../mode.ts';
import { edit, readLog } from '../remedy.ts';
import { deathsOf, waitingOf } from '../world/deaths.ts';
import { waitsForInit } from '../world/health.ts';
import { blamesOthers, complains, inWhichItCrashes, lastComplaints, rolledOut } from '../world/last-words.ts';
import type { ContainerView } from '../world/workloads.ts';

type ContainerTest = Test<ContainerView>;

const editTemplate =
  (summary: string) =>
  ({ workload }: ContainerView) => [edit(workload.ref, summary)];

const cannotStart =
  /executable file not found|no such file or directory|permission denied|exec: |not a directory|is a directory|StartError|OCI runtime create failed|runc create failed/i;

/** A termination message may also be the last lines of a log: only the runtime's own words count there. */
const byRuntime = /OCI runtime|runc create|runc run|starting container process|exec: "|executable file not found/i;

const notStarted: ContainerTest = (container, world) => {
  const death = deathsOf(container).find(
    (each) => /^(?:StartError|ContainerCannotRun)$/.test(each.reason) || byRuntime.test(each.message),
  );
  const waiting = waitingOf(container).find(
    (each) => /RunContainerError|CreateContainerError|StartError/.test(each.reason) && cannotStart.test(each.message),
  );
  const event = world.events
    .of(container.workload, 'Failed')
    .findLast((each) => cannotStart.test(each.message) && !/image/i.test(each.message));
  if (death) return clue(0.3, 'the runtime cannot start it', death.evidence);
  if (waiting) return clue(0.3, 'the runtime cannot start it', waiting.evidence);
  return event && container.runs.some((run) => run.status.state?.waiting)
    ? clue(0.2, 'the runtime cannot start it', citeEvent(event))
    : undefined;
};

/** What is missing is a program or a part of one, not a file that it reads. */
function isAboutCommand(text: string): boolean {
  return /module|class|jar\b|shared object|\.so\b|not found in|command not found|can't open file|load such file|exec\b|\.(?:py|sh|js|mjs|rb|php|pl|ts)\b|^(?:\S*\/)?(?:sh|bash|env|python\d?|node|java|ruby|perl|php): /i.test(
    text,
  );
}

const exitsAsShellsDo: ContainerTest = (container, world) => {
  const death = deathsOf(container).find(
    (each) => each.exitCode === 127 || each.exitCode === 126 || each.exitCode === 128,
  );
  const line = lastComplaints(container, world, ['usage', 'missing-file']).find(
    (each) => each.kinds.includes('usage') || isAboutCommand(each.text),
  );
  if (death)
    return clue(
      line ? 0.3 : 0.1,
      `exit code ${death.exitCode}: the command is not found or cannot be executed`,
      death.evidence,
      ...(line ? [line.evidence] : []),
    );
  const other = deathsOf(container).find((each) => each.exitCode !== 0 && each.reason !== 'OOMKilled');
  return line && other && line.fromEnd < 8
    ? clue(0, 'its log says that the command or an argument is wrong', line.evidence, other.evidence)
    : undefined;
};

export const invalidCommand = defineMode<ContainerView>({
  id: 'invalid-command',
  headline: 'its command cannot be started',
  over: (world) => world.containers,
  blames: ({ workload }) => workload.ref,
  base: 0.7,
  required: [(container, world) => notStarted(container, world) ?? exitsAsShellsDo(container, world)],
  supporting: [rolledOut],
  refuting: [
    complains(0.6, 'it is about a variable or setting', 'env-missing', 'env-invalid'),
    complains(0.3, 'it is about its configuration', 'config'),
    (container, world) => blamesOthers(container, world),
  ],
  explains: inWhichItCrashes,
  summary: ({ name }) => `The command of container ${name} does not exist, cannot be executed or is wrong.`,
  remediation: editTemplate('Correct command and args in the pod template'),
});

const initFails: ContainerTest = (container) => {
  if (!container.init) return undefined;
  const death = deathsOf(container).find((each) => each.exitCode !== 0);
  if (death)
    return clue(0.2, `init container ${container.name} ends with exit code ${death.exitCode ?? '?'}`, death.evidence);
  const run = container.runs.find((each) => each.status.state?.running && waitsForInit(each.pod));
  if (!run) return undefined;
  const place = `initContainers[${container.name}]`;
  return clue(
    0,
    `init container ${container.name} does not come to an end`,
    citeObject(container.workload.ref, place, 'running, and the pod waits for it'),
  );
};

const initSays: ContainerTest = (container, world) => {
  const line = world.logs.complaints(container.workload).find((each) => each.container === container.name);
  return line && clue(0.15, 'its log says why', line.evidence);
};

export const initContainerFailure = defineMode<ContainerView>({
  id: 'init-container-failure',
  headline: 'an init container fails, so it never starts',
  over: (world) => world.containers.filter((each) => each.init),
  blames: ({ workload }) => workload.ref,
  base: 0.75,
  depth: 1,
  required: [initFails],
  supporting: [initSays],
  explains: inWhichItCrashes,
  summary: ({ name, workload }) => `Init container ${name} fails, so the pods of ${workload.name} never start.`,
  remediation: ({ workload, name }) => [
    readLog(workload.ref, 'Read what the init container says', `-c ${name}`),
    edit(workload.ref, 'Correct what it needs'),
  ],
});
