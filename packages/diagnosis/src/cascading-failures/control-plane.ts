// The scheduler says nothing: pods wait, and nobody has looked at them.
import { type EntityRef, entity, type Pod } from '@winnow/contracts';
import { cite, citeAbsence, citeObject, clue } from '../clue.ts';
import { defineMode, type Test } from '../mode.ts';
import { remedy } from '../remedy.ts';
import { unplacedPod } from '../world/scheduling.ts';
import type { World } from '../world/world.ts';

const SILENT_MS = 30_000;

/** Pods without a node of which the scheduler has said nothing for a while. */
function unseenPods(world: World): readonly Pod[] {
  const now = Date.parse(world.dossier.at);
  return world.workloads.all
    .filter((workload) => !unplacedPod(workload, world))
    .flatMap((workload) => workload.pods)
    .filter((pod) => {
      const created = Date.parse(pod.metadata.creationTimestamp ?? '');
      const scheduled = pod.status?.conditions?.some(
        (each) => each.type === 'PodScheduled' && (each.status === 'True' || each.message),
      );
      return !pod.spec?.nodeName && pod.status?.phase === 'Pending' && !scheduled && now - created > SILENT_MS;
    });
}

function unseenWorkloads(world: World): readonly EntityRef[] {
  return unseenPods(world).map(({ metadata }) =>
    world.workloads.canonical(entity('Pod', metadata.namespace, metadata.name)),
  );
}

interface Scheduler {
  readonly ref: EntityRef;
}

/** The node on which a check found it down, else the control plane node, else the scheduler itself. */
function scheduler(world: World): readonly Scheduler[] {
  const down = world.dossier.checks.nodeServices.find((each) => /scheduler/.test(each.service) && !each.active);
  const node = world.objects
    .all('Node')
    .find((each) =>
      Object.keys(each.metadata.labels ?? {}).some((key) =>
        /node-role\.kubernetes\.io\/(?:control-plane|master)/.test(key),
      ),
    );
  const name = down?.node ?? node?.metadata.name;
  const pod = world.workloads.all.find((each) => /kube-scheduler/.test(each.name));
  return [
    {
      ref:
        pod && !down
          ? pod.ref
          : name
            ? entity('Node', undefined, name)
            : entity('Pod', 'kube-system', 'kube-scheduler'),
    },
  ];
}

const isDown: Test<Scheduler> = (_, world) => {
  const check = world.dossier.checks.nodeServices.find((each) => /scheduler/.test(each.service) && !each.active);
  return (
    check &&
    clue(
      0.8,
      `${check.service} is not active on ${check.node}`,
      cite('check', `Node ${check.node} ${check.service}`, check.output),
    )
  );
};

const podsWaitUnseen: Test<Scheduler> = (_, world) => {
  const pods = unseenPods(world);
  const first = pods[0];
  if (!first) return undefined;
  const ref = entity('Pod', first.metadata.namespace, first.metadata.name);
  return clue(
    0.3,
    `${pods.length} pod${pods.length > 1 ? 's wait' : ' waits'} for a node, and the scheduler has said nothing`,
    citeObject(ref, 'status', `Pending since ${first.metadata.creationTimestamp}, no node`),
    citeAbsence(`events of Pod ${ref.namespace}/${ref.name}`, 'no FailedScheduling, no Scheduled'),
  );
};

export const schedulerUnavailable = defineMode<Scheduler>({
  id: 'scheduler-unavailable',
  headline: 'the scheduler is down, so new pods stay Pending',
  over: scheduler,
  blames: ({ ref }) => ref,
  base: 0.5,
  victims: (_, world) => unseenWorkloads(world),
  required: [(one, world) => isDown(one, world) ?? podsWaitUnseen(one, world)],
  supporting: [podsWaitUnseen],
  summary: () => 'New pods stay Pending without a word from the scheduler.',
  remediation: () => [
    remedy('Look at the scheduler', 'kubectl get pods -n kube-system -l component=kube-scheduler -o wide', 'low'),
  ],
});
