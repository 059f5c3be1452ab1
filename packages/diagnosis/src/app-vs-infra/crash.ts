// A container ends with an error: by its own bug, its configuration, its start command, or because of somebody else.
import type { FailureModeId, Remediation } from '@winnow/contracts';
import { citeEvent, citeObject, clue, placeOf } from '../clue.ts';
import { defineMode, type Mode, type Test } from '../mode.ts';
import { describe, edit, remedy, rollback, target } from '../remedy.ts';
import { outward } from '../world/calls.ts';
import { deathsOf, waitingOf } from '../world/deaths.ts';
import { waitsForInit } from '../world/health.ts';
import type { LogKind } from '../world/log-kinds.ts';
import type { ContainerView } from '../world/workloads.ts';
import type { World } from '../world/world.ts';

type ContainerTest = Test<ContainerView>;
const mains = (world: World) => world.containers.filter((each) => !each.init && !isJob(each));
const isJob = ({ workload }: ContainerView) => workload.ref.kind === 'Job' || workload.ref.kind === 'CronJob';

/** It ended with an error that was not forced on it from outside. */
const ended: ContainerTest = (container) => {
  const death = deathsOf(container).find((each) => each.exitCode !== 0 && each.reason !== 'OOMKilled');
  return death && clue(0, `container ${container.name} ends with exit code ${death.exitCode ?? '?'}`, death.evidence);
};

/** The lines before the end count most. */
const LAST = 30;

function lastComplaints(container: ContainerView, world: World, kinds: readonly LogKind[]) {
  return world.logs
    .about(container.workload, ...kinds)
    .filter((each) => each.container === container.name && each.fromEnd <= LAST);
}

const complains =
  (weight: number, says: string, ...kinds: readonly LogKind[]): ContainerTest =>
  (container, world) => {
    const line = lastComplaints(container, world, kinds)[0];
    return line && clue(weight, says, line.evidence);
  };

/** Its last words are about somebody else. */
const blamesOthers: ContainerTest = (container, world) => {
  const call = world.calls.find(
    (each) => each.caller === container.workload && each.line.container === container.name && each.line.fromEnd <= LAST,
  );
  if (call) {
    const other = call.target.service?.ref ?? call.target.workload?.ref;
    return clue(0.75, `its log blames ${other ? placeOf(other) : call.target.host}`, call.line.evidence);
  }
  const line = lastComplaints(
    container,
    world,
    outward.filter((kind) => kind !== 'bad-response'),
  )[0];
  return line && clue(0.55, 'its log blames somebody else', line.evidence);
};

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

const rolledOut: ContainerTest = ({ workload }, world) => {
  const change = world
    .changesOf(workload.ref)
    .find((each) => each.diff.some((diff) => /image|template/i.test(diff.path)));
  return (
    change &&
    clue(0.2, `it was changed at ${change.at}`, { source: 'change', ref: `change ${change.id}`, quote: change.summary })
  );
};

const inWhichItCrashes = [
  'crash-loop',
  'container-failed',
  'not-ready',
  'rollout-stuck',
  'replicas-missing',
  'service-no-endpoints',
  'request-errors',
  'target-down',
  'traffic-lost',
  'readiness-failed',
  'liveness-failed',
  'init-failed',
  'create-error',
  'job-failed',
] as const;

const applicationCrash = defineMode<ContainerView>({
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
    remedy(
      'Read what it said before it ended',
      `kubectl logs ${target(workload.ref)} -c ${name} --previous --tail=100`,
      'low',
    ),
    rollback(workload.ref),
  ],
  neighbours: {
    'dependency-unavailable': 'There its last words name somebody else who does not answer.',
    'config-invalid': 'There they name a setting.',
  },
});

const jobFailed = defineMode<ContainerView>({
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
  remediation: ({ workload }) => [
    remedy('Read what the run said', `kubectl logs ${target(workload.ref)} --tail=100`, 'low'),
  ],
});

interface Row {
  readonly id: FailureModeId;
  readonly headline: string;
  readonly summary: string;
  readonly says: string;
  readonly kinds: readonly LogKind[];
  readonly base: number;
  readonly refuting?: readonly ContainerTest[];
  readonly remediation: (container: ContainerView) => readonly Remediation[];
}

const editTemplate =
  (summary: string) =>
  ({ workload }: ContainerView) => [edit(workload.ref, summary)];

const rows: readonly Row[] = [
  {
    id: 'env-var-missing',
    headline: 'an environment variable that it needs is not set',
    summary: 'The application needs an environment variable that is not set.',
    says: 'its log names a variable that is not set',
    kinds: ['env-missing'],
    base: 0.82,
    remediation: editTemplate('Set the variable in the pod template'),
  },
  {
    id: 'env-var-invalid',
    headline: 'an environment variable has a wrong value',
    summary: 'An environment variable has a value that the application does not take.',
    says: 'its log rejects the value of a variable',
    kinds: ['env-invalid'],
    base: 0.78,
    refuting: [complains(0.4, 'the variable is not set at all', 'env-missing')],
    remediation: editTemplate('Correct the variable in the pod template'),
  },
  {
    id: 'config-invalid',
    headline: 'its configuration is not valid',
    summary: "The application's own configuration fails validation or parsing.",
    says: 'its log rejects its configuration',
    kinds: ['config'],
    base: 0.76,
    refuting: [
      complains(0.4, 'it is about a variable of the environment', 'env-missing', 'env-invalid'),
      complains(0.3, 'it may not read the file', 'permission'),
      complains(0.6, 'it is about somebody else who is not there', 'no-host', 'refused'),
    ],
    remediation: ({ workload }) => [
      remedy('Look at its configuration', `kubectl get configmaps -n ${workload.namespace}`, 'low'),
      rollback(workload.ref),
    ],
  },
  {
    id: 'volume-permission-denied',
    headline: 'it may not read or write a path',
    summary: 'The process may not read or write a mounted path.',
    says: 'its log says that a path is denied',
    kinds: ['permission'],
    base: 0.76,
    remediation: editTemplate('Set fsGroup or runAsUser, or mount the volume writable'),
  },
  {
    id: 'image-wrong-architecture',
    headline: 'its image is built for another architecture',
    summary: 'The image is built for another CPU architecture.',
    says: 'the binary cannot be executed here',
    kinds: ['exec-format'],
    base: 0.9,
    remediation: editTemplate('Use an image for the architecture of the nodes'),
  },
  {
    id: 'port-conflict',
    headline: 'the port that it wants is taken',
    summary: 'Two containers of the pod, or two pods on a host port, want the same port.',
    says: 'its log says that the port is taken',
    kinds: ['port-conflict'],
    base: 0.85,
    remediation: editTemplate('Give each container of the pod its own port'),
  },
  {
    id: 'volume-full',
    headline: 'it has no space left',
    summary: 'A volume has no space left.',
    says: 'its log says that no space is left',
    kinds: ['no-space'],
    base: 0.82,
    remediation: editTemplate('Enlarge the volume, or remove what is not needed'),
  },
  {
    id: 'rbac-denied',
    headline: 'its identity lacks a permission in the API',
    summary: "The workload's identity is not allowed an API call that it needs.",
    says: 'the API server refuses it',
    kinds: ['rbac'],
    base: 0.85,
    remediation: ({ workload }) => [
      remedy(
        'See what its ServiceAccount may do',
        `kubectl auth can-i --list --as=system:serviceaccount:${workload.namespace}:${workload.spec?.serviceAccountName ?? 'default'}`,
        'low',
      ),
    ],
  },
  {
    id: 'certificate-expired',
    headline: 'a TLS certificate is expired or not trusted',
    summary: 'A TLS certificate is expired, not yet valid or not trusted.',
    says: 'its log rejects a certificate',
    kinds: ['certificate'],
    base: 0.8,
    remediation: ({ workload }) => [describe(workload.ref, 'Look at the certificate and at the trusted authorities')],
  },
];

const loggedModes: readonly Mode[] = rows.map((row) =>
  defineMode<ContainerView>({
    id: row.id,
    headline: row.headline,
    over: (world) => world.containers,
    blames: ({ workload }) => workload.ref,
    base: row.base,
    required: [ended, complains(0.1, row.says, ...row.kinds)],
    supporting: [rolledOut],
    refuting: row.refuting ?? [],
    explains: inWhichItCrashes,
    summary: ({ name }) => `Container ${name} ends: ${row.summary.charAt(0).toLowerCase()}${row.summary.slice(1)}`,
    remediation: row.remediation,
  }),
);

const cannotStart =
  /executable file not found|no such file or directory|permission denied|exec: |not a directory|is a directory|StartError|OCI runtime create failed|runc create failed/i;

const notStarted: ContainerTest = (container, world) => {
  const death = deathsOf(container).find(
    (each) => cannotStart.test(each.message) || each.reason === 'StartError' || each.reason === 'ContainerCannotRun',
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

const exitsAsShellsDo: ContainerTest = (container, world) => {
  const death = deathsOf(container).find(
    (each) => each.exitCode === 127 || each.exitCode === 126 || each.exitCode === 128,
  );
  const line = lastComplaints(container, world, ['usage', 'missing-file'])[0];
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

const invalidCommand = defineMode<ContainerView>({
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

const initContainerFailure = defineMode<ContainerView>({
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
    remedy('Read what the init container says', `kubectl logs ${target(workload.ref)} -c ${name}`, 'low'),
    edit(workload.ref, 'Correct what it needs'),
  ],
});

export const crashModes: readonly Mode[] = [
  applicationCrash,
  jobFailed,
  ...loggedModes,
  invalidCommand,
  initContainerFailure,
];
