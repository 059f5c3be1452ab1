// How much a pod or a node is in trouble: which of many are worth a look.
import type { ContainerStatus, KubeObject, Pod } from '@winnow/contracts';

/** Orders pods by how much they are in trouble, worst first; then by name. */
export function compareTrouble(a: KubeObject, b: KubeObject): number {
  const difference = troubleOf(b) - troubleOf(a);
  if (difference !== 0) return difference;
  return a.metadata.name < b.metadata.name ? -1 : a.metadata.name > b.metadata.name ? 1 : 0;
}

/** 0 for a pod that is well or of which nothing is known. */
export function troubleOf(object: KubeObject): number {
  if (object.kind !== 'Pod') return 0;
  const phase = object.status?.phase;
  const base = phase === 'Failed' || phase === 'Pending' || phase === 'Unknown' ? 1_000 : 0;
  return base + statusesOf(object).reduce((sum, status) => sum + troubleOfContainer(status), 0);
}

export function statusesOf(pod: Pod): readonly ContainerStatus[] {
  return [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
}

function troubleOfContainer(status: ContainerStatus): number {
  const ended = status.state?.terminated;
  const completed = ended?.exitCode === 0;
  const failed = ended !== undefined && !completed;
  const waiting = status.state?.waiting !== undefined;
  const unready = status.ready === false && !completed;
  return (failed || waiting ? 1_000 : 0) + (unready ? 500 : 0) + Math.min(status.restartCount ?? 0, 400);
}

/** True where some container of the pod has had a run before the current one. */
export function hasPreviousRun(pod: Pod): boolean {
  return statusesOf(pod).some((status) => (status.restartCount ?? 0) > 0 || status.lastState?.terminated !== undefined);
}

/** True where some container of the pod may have written something. */
export function mayHaveLogs(pod: Pod): boolean {
  const statuses = statusesOf(pod);
  if (statuses.length === 0) return pod.status?.phase !== 'Pending';
  return statuses.some(
    ({ state, lastState, restartCount }) =>
      state?.running !== undefined ||
      state?.terminated !== undefined ||
      lastState?.terminated !== undefined ||
      (restartCount ?? 0) > 0,
  );
}

/** 0 for a node that is ready, takes pods, and is under no pressure. */
export function nodeTrouble(object: KubeObject): number {
  if (object.kind !== 'Node') return 0;
  const conditions = object.status?.conditions ?? [];
  const unready = conditions.some(({ type, status }) => type === 'Ready' && status !== 'True');
  const pressed = conditions.some(({ type, status }) => type !== 'Ready' && status === 'True');
  return (unready ? 4 : 0) + (pressed ? 2 : 0) + (object.spec?.unschedulable ? 1 : 0);
}
