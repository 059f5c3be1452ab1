// A bound volume that cannot be attached or mounted, or that its driver fails on.
import type { EventItem, FailureModeId } from '@winnow/contracts';
import { citeEvent, citeObject, clue } from '../clue.ts';
import { defineMode, type Mode, type Test } from '../mode.ts';
import { describe, remedy } from '../remedy.ts';
import type { Workload } from '../world/workloads.ts';
import type { World } from '../world/world.ts';

const reasons = ['FailedAttachVolume', 'FailedMount', 'FailedMapVolume', 'FailedDetachVolume', 'VolumeResizeFailed'];

/** The kubelet's and the attacher's complaints while some pod still waits. */
function complaints(workload: Workload, world: World): readonly EventItem[] {
  const waits = workload.pods.some(
    (pod) =>
      pod.status?.phase === 'Pending' || (pod.status?.containerStatuses ?? []).some((each) => each.ready === false),
  );
  return waits ? world.events.of(workload, ...reasons) : [];
}

const says =
  (pattern: RegExp): Test<Workload> =>
  (workload, world) => {
    const event = complaints(workload, world).findLast((each) => pattern.test(each.message));
    return event && clue(0.2, 'the node cannot use the volume', citeEvent(event));
  };

const elsewhere: Test<Workload> = (workload) => {
  const nodes = [...new Set(workload.pods.flatMap((pod) => pod.spec?.nodeName ?? []))];
  return nodes.length > 1
    ? clue(0.2, `its pods are on ${nodes.join(' and ')}`, citeObject(workload.ref, 'pods', nodes.join(', ')))
    : undefined;
};

interface Row {
  readonly id: FailureModeId;
  readonly headline: string;
  readonly pattern: RegExp;
  readonly base: number;
  readonly advice: string;
}

const rows: readonly Row[] = [
  {
    id: 'volume-multi-attach',
    headline: 'its volume is still attached to another node',
    pattern: /multi-attach|already (?:exclusively )?attached|is already used by pod|volume is in use|already mounted/i,
    base: 0.85,
    advice: 'Remove the pod that still holds the volume (or its stale attachment)',
  },
  {
    id: 'csi-driver-failure',
    headline: 'the CSI driver of its volume fails',
    pattern:
      /driver name \S+ not found in the list of registered|csi.{0,60}(?:not registered|connection refused|no such file|Unavailable|not found)|CSINode .* does not contain driver|rpc error: code = (?:Internal|Unavailable|Unimplemented)/i,
    base: 0.8,
    advice: "Look at the CSI driver's pod on the node",
  },
  {
    id: 'filesystem-corruption',
    headline: 'the file system of its volume is damaged',
    pattern: /fsck|superblock|structure needs cleaning|corrupt|wrong fs type|bad option/i,
    base: 0.8,
    advice: 'Check the file system, and restore from a backup if need be',
  },
  {
    id: 'volume-permission-denied',
    headline: 'its volume may not be mounted',
    pattern: /permission denied|access denied|operation not permitted/i,
    base: 0.75,
    advice: 'Correct the rights of the export or of the path',
  },
  {
    id: 'volume-attach-timeout',
    headline: 'attaching or mounting its volume takes too long',
    pattern:
      /timed? ?out|timeout expired|DeadlineExceeded|unable to attach or mount volumes|AttachVolume\.Attach failed|MountVolume\.(?:SetUp|MountDevice) failed/i,
    base: 0.5,
    advice: 'Look at the attachment and at the storage behind it',
  },
];

/** A mount also fails for want of a Secret or ConfigMap, which is no fault of the volume. */
const missesObject: Test<Workload> = (workload, world) => {
  const event = complaints(workload, world).findLast((each) =>
    /(?:secret|configmap)s? "[^"]+" not found|non-existent|object .* not registered/i.test(each.message),
  );
  return event && clue(0.85, 'what it mounts does not exist', citeEvent(event));
};

export const volumeModes: readonly Mode[] = rows.map((row) =>
  defineMode<Workload>({
    id: row.id,
    headline: row.headline,
    over: (world) => world.workloads.all,
    blames: ({ ref }) => ref,
    base: row.base,
    required: [says(row.pattern)],
    supporting: row.id === 'volume-multi-attach' ? [elsewhere] : [],
    refuting: [
      missesObject,
      ...rows.filter((other) => other !== row && row.id === 'volume-attach-timeout').map((other) => stronger(other)),
    ],
    explains: [
      'mount-failed',
      'attach-failed',
      'pending',
      'not-ready',
      'rollout-stuck',
      'replicas-missing',
      'service-no-endpoints',
    ],
    summary: ({ name }) => `The pods of ${name} wait for a volume: ${row.headline}.`,
    remediation: ({ ref }) => [
      describe(ref, row.advice),
      remedy('See which volumes are attached where', 'kubectl get volumeattachments', 'low'),
    ],
  }),
);

function stronger(other: Row): Test<Workload> {
  return (workload, world) => {
    const found = says(other.pattern)(workload, world);
    return found && { ...found, says: other.headline, weight: 0.5 };
  };
}
