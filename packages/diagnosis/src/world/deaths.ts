// How and when containers ended.
import { type Evidence, entity } from '@winnow/contracts';
import { citeObject } from '../clue.ts';
import type { ContainerRun, ContainerView } from './workloads.ts';

export interface Death {
  readonly run: ContainerRun;
  readonly exitCode: number | undefined;
  readonly signal: number | undefined;
  readonly reason: string;
  readonly message: string;
  /** Seconds that the container ran; undefined where its times are not known. */
  readonly lived: number | undefined;
  readonly evidence: Evidence;
}

/** The ends that are on record, an instance's last ones. */
export function deathsOf(container: ContainerView): readonly Death[] {
  return container.runs.flatMap((run) =>
    (['state', 'lastState'] as const).flatMap((field): Death[] => {
      const end = run.status[field]?.terminated;
      if (!end) return [];
      const lived = (Date.parse(end.finishedAt ?? '') - Date.parse(end.startedAt ?? '')) / 1000;
      const pod = entity('Pod', run.pod.metadata.namespace, run.pod.metadata.name);
      const list = container.init ? 'initContainerStatuses' : 'containerStatuses';
      const times = end.startedAt && end.finishedAt ? `, ran ${end.startedAt} to ${end.finishedAt}` : '';
      return [
        {
          run,
          exitCode: end.exitCode,
          signal: end.signal,
          reason: end.reason ?? '',
          message: end.message ?? '',
          lived: Number.isFinite(lived) && lived >= 0 ? lived : undefined,
          evidence: citeObject(
            pod,
            `status.${list}[${container.name}].${field}.terminated`,
            `exit code ${end.exitCode ?? '?'}, reason ${end.reason ?? '?'}${times}, restarts ${run.status.restartCount ?? '?'}${end.message ? `: ${end.message}` : ''}`,
          ),
        },
      ];
    }),
  );
}

export function restartsOf(container: ContainerView): number {
  return container.runs.reduce((most, run) => Math.max(most, run.status.restartCount ?? 0), 0);
}

/** What a container is waiting for, with the kubelet's words. */
export function waitingOf(
  container: ContainerView,
): readonly { reason: string; message: string; run: ContainerRun; evidence: Evidence }[] {
  return container.runs.flatMap((run) => {
    const waiting = run.status.state?.waiting;
    if (!waiting?.reason) return [];
    const pod = entity('Pod', run.pod.metadata.namespace, run.pod.metadata.name);
    const list = container.init ? 'initContainerStatuses' : 'containerStatuses';
    const [reason, message] = [waiting.reason, waiting.message ?? ''];
    return [
      {
        reason,
        message,
        run,
        evidence: citeObject(pod, `status.${list}[${container.name}].state.waiting`, `${reason}: ${message}`),
      },
    ];
  });
}
