// Whether a workload runs as wanted, by its controller's counts and its pods.
import type { Pod } from '@winnow/contracts';
import type { Workload } from './workloads.ts';

/** Pods that are wanted are not even there. */
export function isShort(workload: Workload): boolean {
  return workload.desired !== undefined && (workload.existing ?? workload.pods.length) < workload.desired;
}

/** Some pod that should run does not, or keeps ending. */
export function isUnwell(workload: Workload): boolean {
  if (workload.ref.kind === 'Job' || workload.ref.kind === 'CronJob')
    return workload.pods.some((pod) => pod.status?.phase === 'Failed');
  if (isShort(workload) || (workload.ready !== undefined && workload.ready < (workload.desired ?? 0))) return true;
  return workload.pods.some((pod) => {
    if (pod.status?.phase === 'Succeeded') return false;
    const statuses = pod.status?.containerStatuses ?? [];
    return (
      pod.status?.phase === 'Pending' || pod.status?.phase === 'Failed' || statuses.some((each) => each.ready === false)
    );
  });
}

/** A pod of it takes requests. */
export function hasReadyPod(workload: Workload): boolean {
  if ((workload.ready ?? 0) > 0) return true;
  return workload.pods.some((pod) => {
    const statuses = pod.status?.containerStatuses ?? [];
    return pod.status?.phase === 'Running' && statuses.length > 0 && statuses.every((each) => each.ready !== false);
  });
}

/** The kubelet lets the containers wait for the init containers, which often wait for somebody else. */
export function waitsForInit(pod: Pod): boolean {
  return (pod.status?.containerStatuses ?? []).some((each) => each.state?.waiting?.reason === 'PodInitializing');
}
