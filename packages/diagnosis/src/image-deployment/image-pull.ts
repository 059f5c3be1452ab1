// The image cannot be pulled: by name, credentials, registry, rate limit, architecture or a broken layer.
import type { Evidence, FailureModeId, Remediation } from '@winnow/contracts';
import { citeAbsence, citeChange, citeEvent, citeObject, clue } from '../clue.ts';
import { defineMode, type Mode, type Test } from '../mode.ts';
import { describe, edit, remedy, rollback, target } from '../remedy.ts';
import { waitingOf } from '../world/deaths.ts';
import { type ImageProblem, imageProblem } from '../world/image-problem.ts';
import type { ContainerView, Workload } from '../world/workloads.ts';
import type { World } from '../world/world.ts';

const waitingForImage =
  /^(?:ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|RegistryUnavailable|ImageInspectError|ErrImagePullBackOff|SignatureValidationFailed)$/;

interface Told {
  readonly problem: ImageProblem | undefined;
  readonly evidence: readonly Evidence[];
}

/** What the kubelet says about the pull, the most telling text first; undefined where no pull fails. */
function pullOf(container: ContainerView, world: World): Told | undefined {
  const waiting = waitingOf(container).filter((each) => waitingForImage.test(each.reason));
  const { image } = container.spec ?? {};
  const events = world.events
    .of(
      container.workload,
      'Failed',
      'FailedToRetrieveImagePullSecret',
      'InspectFailed',
      'BackOff',
      'ErrImageNeverPull',
    )
    .filter(
      (each) =>
        /image|pull/i.test(each.message) && (!image || each.message.includes(image) || each.reason !== 'Failed'),
    );
  const failing = waiting.length > 0 || (container.runs.length === 0 && events.length > 0);
  if (!failing) return undefined;
  const texts = [
    ...waiting.map((each) => ({ text: `${each.reason} ${each.message}`, evidence: each.evidence })),
    ...[...events].reverse().map((each) => ({ text: `${each.message}`, evidence: citeEvent(each) })),
  ];
  const telling = texts.filter((each) => imageProblem(withoutReference(each.text, image)) !== undefined);
  const problem = telling[0] && imageProblem(withoutReference(telling[0].text, image));
  return { problem, evidence: (telling.length > 0 ? telling : texts).slice(0, 2).map((each) => each.evidence) };
}

/** A registry or tag named `not-found` must not decide. */
function withoutReference(text: string, image: string | undefined): string {
  return image ? text.replaceAll(image, 'IMAGE') : text;
}

const failsBy =
  (wanted: ImageProblem): Test<ContainerView> =>
  (container, world) => {
    const told = pullOf(container, world);
    if (told?.problem !== wanted) return undefined;
    return clue(0, `image ${container.spec?.image ?? ''} cannot be pulled`, ...told.evidence);
  };

/** Nobody says why: the name is the commonest reason. */
const failsUntold: Test<ContainerView> = (container, world) => {
  const told = pullOf(container, world);
  return told && told.problem === undefined ? clue(0, 'the image cannot be pulled', ...told.evidence) : undefined;
};

const imageChanged: Test<ContainerView> = (container, world) => {
  const change = world
    .changesOf(container.workload.ref)
    .find((each) => each.diff.some((diff) => /image/i.test(diff.path)));
  const diff = change?.diff.find((each) => /image/i.test(each.path));
  if (!change || !diff) return undefined;
  return clue(0.3, `the image was changed at ${change.at}`, citeChange(change, diff));
};

const pullSecretMissing: Test<ContainerView> = ({ workload }, world) => {
  const names = (workload.spec?.imagePullSecrets ?? []).flatMap((each) => each.name ?? []);
  const gone = names.find(
    (name) =>
      world.objects.sees('Secret', workload.namespace) && !world.objects.get('Secret', workload.namespace, name),
  );
  if (!gone) return undefined;
  return clue(
    0.5,
    `its pull secret ${gone} does not exist`,
    citeAbsence(`Secret ${workload.namespace}/${gone}`, 'no such Secret'),
  );
};

const hasNoPullSecret: Test<ContainerView> = ({ workload }) => {
  if ((workload.spec?.imagePullSecrets ?? []).length > 0 || !workload.spec) return undefined;
  return clue(0.1, 'the pod names no pull secret', citeObject(workload.ref, 'spec.imagePullSecrets', 'none'));
};

/** The image that the container had before a recorded change. */
function formerImage(workload: Workload, container: string, world: World): readonly Remediation[] {
  const diffs = world.changesOf(workload.ref).flatMap((each) => each.diff);
  const before = diffs.find((each) => /image$/i.test(each.path) && each.before?.includes('/'))?.before;
  if (!before) return [];
  const command = `kubectl set image ${target(workload.ref)} ${container}=${before}`;
  return [remedy('Set the image that it had before', command, 'medium')];
}

const pullSecretOf = (workload: Workload) =>
  (workload.spec?.imagePullSecrets ?? []).flatMap((each) => each.name ?? [])[0] ?? `${workload.name}-pull`;

interface Row {
  readonly id: FailureModeId;
  readonly problem: ImageProblem;
  readonly headline: string;
  readonly summary: string;
  readonly supporting?: readonly Test<ContainerView>[];
  readonly remediation: (container: ContainerView, world: World) => readonly Remediation[];
}

const rows: readonly Row[] = [
  {
    id: 'image-not-found',
    problem: 'not-found',
    headline: 'its image reference does not exist',
    summary: 'The repository, tag or digest does not exist in the registry.',
    supporting: [imageChanged],
    remediation: ({ workload, name }, world) => [
      ...formerImage(workload, name, world),
      edit(workload.ref, 'Set an image that exists'),
      rollback(workload.ref),
    ],
  },
  {
    id: 'image-pull-auth',
    problem: 'auth',
    headline: 'the registry refuses the pull for want of credentials',
    summary: 'The registry asks for credentials that the pod does not have.',
    supporting: [pullSecretMissing, hasNoPullSecret],
    remediation: ({ workload }) => [
      remedy(
        'Create the pull secret and name it in the pod template or the ServiceAccount',
        `kubectl create secret docker-registry ${pullSecretOf(workload)} -n ${workload.namespace} --from-file=.dockerconfigjson=$HOME/.docker/config.json`,
        'low',
      ),
    ],
  },
  {
    id: 'image-registry-unreachable',
    problem: 'unreachable',
    headline: 'the image registry cannot be reached',
    summary: "The registry's name does not resolve, or nothing answers there.",
    supporting: [imageChanged],
    remediation: ({ workload, name }, world) => [
      ...formerImage(workload, name, world),
      edit(workload.ref, 'Correct the registry in the image reference'),
      describe(workload.ref, "If the name is right, look at the nodes' DNS and at the registry"),
    ],
  },
  {
    id: 'image-registry-rate-limited',
    problem: 'rate',
    headline: 'the image registry limits its pulls',
    summary: 'The registry answers 429, too many requests.',
    remediation: ({ workload }) => [
      describe(workload.ref, 'Pull with an account, through a mirror, or with imagePullPolicy IfNotPresent'),
    ],
  },
  {
    id: 'image-wrong-architecture',
    problem: 'architecture',
    headline: 'its image is built for another architecture',
    summary: 'The image has no variant for the architecture of the node.',
    remediation: ({ workload }) => [edit(workload.ref, "Use an image for the nodes' architecture")],
  },
  {
    id: 'image-layer-corrupt',
    problem: 'corrupt',
    headline: 'a layer of its image is broken',
    summary: 'A pulled layer fails verification or cannot be unpacked.',
    remediation: ({ workload }) => [describe(workload.ref, 'Push the image anew, and look at the disk of the node')],
  },
];

const inWhichPullFails = [
  'image-pull',
  'pending',
  'not-ready',
  'rollout-stuck',
  'replicas-missing',
  'init-failed',
  'service-no-endpoints',
  'config-error',
  'job-failed',
  'container-failed',
] as const;

export const imagePullModes: readonly Mode[] = [
  ...rows.map((row) =>
    defineMode<ContainerView>({
      id: row.id,
      headline: row.headline,
      over: (world) => world.containers,
      blames: ({ workload }) => workload.ref,
      base: 0.9,
      required: [failsBy(row.problem)],
      ...(row.supporting ? { supporting: row.supporting } : {}),
      explains: inWhichPullFails,
      summary: (container) => `Image ${container.spec?.image ?? 'of the container'} cannot be pulled. ${row.summary}`,
      remediation: row.remediation,
      neighbours: Object.fromEntries(
        rows
          .filter((other) => other !== row)
          .map((other) => [other.id, 'The words of the runtime and the registry tell them apart.']),
      ),
    }),
  ),
  defineMode<ContainerView>({
    id: 'image-not-found',
    headline: 'its image cannot be pulled',
    over: (world) => world.containers,
    blames: ({ workload }) => workload.ref,
    base: 0.5,
    required: [failsUntold],
    supporting: [imageChanged],
    explains: inWhichPullFails,
    summary: (container) => `Image ${container.spec?.image ?? 'of the container'} cannot be pulled; why is not told.`,
    remediation: ({ workload }) => [describe(workload.ref, 'Read the events of the pull')],
  }),
];
