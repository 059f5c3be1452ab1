// kwok's Stages that play the kubelet for the pods of a scenario: each is one step of a container's life.
import type { Behaviour } from './scenario.ts';

/** How often a container that crashes is restarted before its back-off outlasts the test. */
export const RESTARTS = 3;

/** The label of pods whose containers run, whatever their workload does else. */
export const MENDED = 'mended';

type Step = Record<string, unknown>;

interface Pods {
  readonly namespace: string;
  readonly app: string;
}

interface Condition {
  /** A jq expression on the pod. */
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: readonly string[];
}

interface StepOptions {
  readonly name: string;
  readonly when: readonly Condition[];
  readonly after?: number;
  readonly event?: { readonly type: 'Normal' | 'Warning'; readonly reason: string; readonly message: string };
  /** Of the status, as a Go template that gives YAML. */
  readonly status: string;
}

const first = '.status.containerStatuses.[0]';
const isNew: Condition = { key: '.status.containerStatuses', operator: 'DoesNotExist' };
const waitsFor = (reason: string): Condition => ({
  key: `${first}.state.waiting.reason`,
  operator: 'In',
  values: [reason],
});
const runs: Condition = { key: `${first}.state.running`, operator: 'Exists' };
const isMended: Condition = { key: `.metadata.labels["${MENDED}"]`, operator: 'Exists' };
const isBroken: Condition = { key: `.metadata.labels["${MENDED}"]`, operator: 'DoesNotExist' };
const isNotReady: Condition = { key: `${first}.ready | tostring`, operator: 'NotIn', values: ['true'] };
const ended: Condition = { key: `${first}.state.terminated`, operator: 'Exists' };
const restarted = (times: number): Condition => ({
  key: `${first}.restartCount | tostring`,
  operator: 'In',
  values: [String(times)],
});

function step({ namespace, app }: Pods, { name, when, after = 0, event, status }: StepOptions): Step {
  return {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'Stage',
    metadata: { name: `${namespace}-${app}-${name}` },
    spec: {
      resourceRef: { apiGroup: 'v1', kind: 'Pod' },
      selector: {
        matchExpressions: [
          { key: '.metadata.deletionTimestamp', operator: 'DoesNotExist' },
          { key: '.metadata.namespace', operator: 'In', values: [namespace] },
          { key: '.metadata.labels["app"]', operator: 'In', values: [app] },
          ...when,
        ],
      },
      delay: { durationMilliseconds: after },
      next: { ...(event ? { event } : {}), statusTemplate: status },
    },
  };
}

/** The whole status of a pod with one container. */
function statusOf(phase: 'Pending' | 'Running', isReady: boolean, container: string): string {
  const condition = (type: string, isTrue: boolean) => `
- type: ${type}
  status: "${isTrue ? 'True' : 'False'}"
  lastTransitionTime: {{ Now | Quote }}${
    isTrue
      ? ''
      : `
  reason: ContainersNotReady
  message: {{ printf "containers with unready status: [%s]" (index .spec.containers 0).name | Quote }}`
  }`;
  return `
conditions:${condition('Initialized', true)}${condition('Ready', isReady)}${condition('ContainersReady', isReady)}
phase: ${phase}
hostIP: {{ NodeIPWith .spec.nodeName | Quote }}
podIP: {{ PodIPWith .spec.nodeName false ( or .metadata.uid "" ) ( or .metadata.name "" ) ( or .metadata.namespace "" ) | Quote }}
startTime: {{ or .status.startTime Now | Quote }}
containerStatuses:
- name: {{ (index .spec.containers 0).name | Quote }}
  image: {{ (index .spec.containers 0).image | Quote }}
  imageID: ""
  ready: ${isReady}
  started: ${isReady}
${container}
`;
}

const waiting = (reason: string, message: string) => `  restartCount: 0
  state:
    waiting:
      reason: ${reason}
      message: ${JSON.stringify(message)}`;

const running = (restarts: number | string, last = '') => `  restartCount: ${restarts}
  state:
    running:
      startedAt: {{ Now | Quote }}${last}`;

/** The end of the run that the pod's status shows as running, or as ended. */
const termination = (exitCode: number, reason: string, from: 'running' | 'terminated') => {
  const state = `(index .status.containerStatuses 0).state.${from}`;
  return `
    terminated:
      exitCode: ${exitCode}
      reason: ${reason}
      startedAt: {{ ${state}.startedAt | Quote }}
      finishedAt: {{ ${from === 'running' ? 'Now' : `${state}.finishedAt`} | Quote }}`;
};

function crashSteps(pods: Pods, { exitCode, reason }: Extract<Behaviour, { does: 'crash' }>): Step[] {
  const last = `\n  lastState:${termination(exitCode, reason, 'terminated')}`;
  const steps = [
    step(pods, { name: 'start', when: [isBroken, isNew], status: statusOf('Running', false, running(0)) }),
  ];
  for (let times = 0; times <= RESTARTS; times++) {
    const end = `  restartCount: ${times}\n  state:${termination(exitCode, reason, 'running')}`;
    steps.push(
      step(pods, {
        name: `end-${times}`,
        when: [isBroken, runs, restarted(times)],
        after: 1_500,
        status: statusOf('Running', false, end),
      }),
    );
    if (times < RESTARTS) {
      steps.push(
        step(pods, {
          name: `restart-${times + 1}`,
          when: [isBroken, ended, restarted(times)],
          after: 700,
          event: { type: 'Warning', reason: 'BackOff', message: `Back-off restarting failed container ${pods.app}` },
          status: statusOf('Running', false, running(times + 1, last)),
        }),
      );
    }
  }
  const message = `back-off 40s restarting failed container=${pods.app}`;
  const backOff = waiting('CrashLoopBackOff', message).replace('restartCount: 0', `restartCount: ${RESTARTS}`) + last;
  steps.push(
    step(pods, {
      name: 'back-off',
      when: [isBroken, ended, restarted(RESTARTS)],
      after: 700,
      event: { type: 'Warning', reason: 'BackOff', message: `Back-off restarting failed container ${pods.app}` },
      status: statusOf('Running', false, backOff),
    }),
  );
  return steps;
}

function waitSteps(pods: Pods, { reason, message }: Extract<Behaviour, { does: 'wait' }>): Step[] {
  if (reason === 'CreateContainerConfigError') {
    const event = { type: 'Warning', reason: 'Failed', message: `Error: ${message}` } as const;
    return [
      step(pods, {
        name: 'refused',
        when: [isBroken, isNew],
        event,
        status: statusOf('Pending', false, waiting(reason, message)),
      }),
    ];
  }
  return [
    step(pods, {
      name: 'pull',
      when: [isBroken, isNew],
      event: { type: 'Warning', reason: 'Failed', message },
      status: statusOf('Pending', false, waiting('ErrImagePull', message)),
    }),
    step(pods, {
      name: 'back-off',
      when: [isBroken, waitsFor('ErrImagePull')],
      after: 1_000,
      event: { type: 'Warning', reason: 'Failed', message: `Error: ${reason}` },
      status: statusOf('Pending', false, waiting(reason, message)),
    }),
  ];
}

const restartCount = `{{ with .status.containerStatuses }}{{ (index . 0).restartCount }}{{ else }}0{{ end }}`;

/** The life of a workload's containers. */
export function podStages(namespace: string, app: string, behaviour: Behaviour): Step[] {
  const pods = { namespace, app };
  const runs = statusOf('Running', true, running(restartCount));
  return [
    ...stepsOf(pods, behaviour),
    step(pods, { name: 'run', when: [isMended, isNotReady], after: 200, status: runs }),
  ];
}

function stepsOf(pods: Pods, behaviour: Behaviour): Step[] {
  switch (behaviour.does) {
    case 'crash':
      return crashSteps(pods, behaviour);
    case 'wait':
      return waitSteps(pods, behaviour);
    case 'run':
      return [
        step(pods, {
          name: 'start',
          when: [isBroken, isNew],
          after: 200,
          status: statusOf('Running', true, running(0)),
        }),
      ];
    case 'nothing':
      return [];
  }
}

/** Deleted pods go: kwok's own stage of that, which does not apply beside others. */
export const deletion: Step = {
  apiVersion: 'kwok.x-k8s.io/v1alpha1',
  kind: 'Stage',
  metadata: { name: 'pod-delete' },
  spec: {
    resourceRef: { apiGroup: 'v1', kind: 'Pod' },
    selector: { matchExpressions: [{ key: '.metadata.deletionTimestamp', operator: 'Exists' }] },
    next: { delete: true },
  },
};
