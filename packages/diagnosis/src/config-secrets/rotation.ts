// Something that a workload is configured with was changed, and it fails since; or a value is wrongly encoded.
import type { Change } from '@winnow/contracts';
import { citeChange, clue } from '../clue.ts';
import { defineMode, type Mode, type Test } from '../mode.ts';
import { edit, restart } from '../remedy.ts';
import { isUnwell } from '../world/health.ts';
import type { Workload } from '../world/workloads.ts';
import type { World } from '../world/world.ts';

type Kind = 'Secret' | 'ConfigMap';

/** The names of Secrets or ConfigMaps that a workload uses. */
function used(workload: Workload, kind: Kind): ReadonlySet<string> {
  const secret = kind === 'Secret';
  const containers = [...(workload.spec?.containers ?? []), ...(workload.spec?.initContainers ?? [])];
  const names = [
    ...containers.flatMap((each) =>
      (each.envFrom ?? []).map((one) => (secret ? one.secretRef?.name : one.configMapRef?.name)),
    ),
    ...containers.flatMap((each) =>
      (each.env ?? []).map((one) =>
        secret ? one.valueFrom?.secretKeyRef?.name : one.valueFrom?.configMapKeyRef?.name,
      ),
    ),
    ...(workload.spec?.volumes ?? []).flatMap((volume) => [
      secret ? volume.secret?.secretName : volume.configMap?.name,
      ...(volume.projected?.sources ?? []).map((one) => (secret ? one.secret?.name : one.configMap?.name)),
    ]),
  ];
  return new Set(names.flatMap((each) => each ?? []));
}

function changeOf(workload: Workload, kind: Kind, world: World): Change | undefined {
  const names = used(workload, kind);
  return world.dossier.changes.find(
    (each) =>
      each.entity.kind === kind &&
      each.entity.namespace === workload.namespace &&
      names.has(each.entity.name) &&
      each.kind !== 'deleted' &&
      each.kind !== 'created',
  );
}

const changed =
  (kind: Kind): Test<Workload> =>
  (workload, world) => {
    const change = changeOf(workload, kind, world);
    if (!change || !(isUnwell(workload) || world.symptomsAt(workload.ref).length > 0)) return undefined;
    return clue(
      0,
      `${kind} ${change.entity.name}, which it uses, was changed at ${change.at}`,
      citeChange(change, change.diff[0]),
    );
  };

const isRefused: Test<Workload> = (workload, world) => {
  const line = world.logs.about(workload, 'auth')[0];
  return line && clue(0.55, 'and it is refused for its credentials', line.evidence);
};

const complainsOfConfig: Test<Workload> = (workload, world) => {
  const line =
    world.logs.about(workload, 'config', 'env-invalid', 'env-missing', 'missing-file')[0] ??
    world.logs.complaints(workload).find((each) => each.error);
  return line && clue(0.35, 'and its log complains since', line.evidence);
};

const ownChange: Test<Workload> = (workload, world) => {
  const change = world
    .changesOf(workload.ref)
    .find((each) => each.diff.some((diff) => /image|command|args/.test(diff.path)));
  return change && clue(0.4, 'the workload itself was changed, too', citeChange(change));
};

export const rotationModes: readonly Mode[] = [
  defineMode<Workload>({
    id: 'secret-rotation',
    headline: 'a Secret that it uses was changed, and it is refused since',
    over: (world) => world.workloads.all,
    blames: ({ ref }) => ref,
    base: 0.5,
    required: [changed('Secret'), isRefused],
    refuting: [ownChange],
    summary: ({ name }) => `${name} uses a Secret that was rotated, and the other side does not take its value.`,
    remediation: ({ ref }) => [restart(ref, 'Restart it, so that it takes the new value')],
    neighbours: { 'invalid-credentials': 'There the Secret did not change.' },
  }),
  defineMode<Workload>({
    id: 'configmap-drift',
    headline: 'a ConfigMap that it uses was changed, and it fails since',
    over: (world) => world.workloads.all,
    blames: ({ ref }) => ref,
    base: 0.45,
    required: [changed('ConfigMap')],
    supporting: [complainsOfConfig],
    refuting: [ownChange],
    summary: ({ name }) => `${name} misbehaves since a ConfigMap that it uses was changed.`,
    remediation: (workload) => [
      edit({ kind: 'ConfigMap', namespace: workload.namespace, name: 'NAME' }, 'Put the former content back'),
      restart(workload.ref, 'Restart it'),
    ],
    neighbours: { 'config-invalid': 'There the content was never right.' },
  }),
];
