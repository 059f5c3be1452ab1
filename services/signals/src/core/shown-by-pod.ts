// A pod's state: what its containers wait for, how they ended, whether it is scheduled and ready.
import { type ContainerStatus, type EntityRef, entity, type Pod, type SymptomId } from '@winnow/contracts';
import { conditionOf, isFalse, isTrue } from './conditions.ts';
import { registryOf } from './message.ts';
import { hasOutlasted } from './outlasted.ts';
import { type Look, type Shown, show } from './show.ts';
import { MINUTE, msOf, SECOND } from './time.ts';
import type { Turn } from './turn.ts';
import { waitingSymptom } from './waiting-reasons.ts';

/** An end with an error is recent for this long: a container that runs between two crashes is not well. */
const RECENT = 10 * MINUTE;
/** Starting up may take this long, besides what its probes allow. */
const START_UP = 120;

interface Seen {
  readonly turn: Turn;
  readonly pod: Pod;
  readonly owner: EntityRef;
  readonly self: EntityRef;
}

export function shownByPod(turn: Turn, pod: Pod, owner: EntityRef): Look {
  const seen: Seen = { turn, pod, owner, self: entity('Pod', pod.metadata.namespace, pod.metadata.name) };
  const { status } = pod;
  if (!status || status.phase === 'Succeeded') return { shown: [] };
  if (status.phase === 'Failed') return failed(seen);
  const rechecks: number[] = [];
  const shown = [
    ...(status.initContainerStatuses ?? []).flatMap((each) => ofContainer(seen, each, true, rechecks)),
    ...(status.containerStatuses ?? []).flatMap((each) => ofContainer(seen, each, false, rechecks)),
  ];
  if (shown.length === 0) shown.push(...ofPod(seen));
  return { shown, recheck: rechecks.length > 0 ? Math.min(...rechecks) : undefined };
}

const base = ({ owner, self, pod }: Seen) => ({ entity: owner, subject: self, node: pod.spec?.nodeName });

/** A pod that has ended in failure is kept as an object for long: it tells of trouble only for some minutes. */
function failed(seen: Seen): Look {
  const { pod, turn, owner } = seen;
  const ends = (pod.status?.containerStatuses ?? []).map((each) => msOf(each.state?.terminated?.finishedAt));
  const at =
    Math.max(0, ...ends, msOf(conditionOf(pod.status?.conditions, 'Ready')?.lastTransitionTime)) ||
    msOf(pod.status?.startTime);
  const evicted = pod.status?.reason === 'Evicted';
  // A Job decides whether its pods' failures matter.
  if (!evicted && (owner.kind === 'Job' || owner.kind === 'CronJob')) return { shown: [] };
  if (!at || turn.at - at > RECENT) return { shown: [] };
  const { entity: of, subject, node } = base(seen);
  const told = { entity: of, subject, since: at, stamp: pod.metadata.uid, attributes: { node } };
  const end = pod.status?.containerStatuses?.find((each) => (each.state?.terminated?.exitCode ?? 0) !== 0)?.state
    ?.terminated;
  const shown = evicted
    ? show({ ...told, symptom: 'evicted', reason: 'Evicted', message: pod.status?.message }, 'the pod')
    : show(
        {
          ...told,
          symptom: 'container-failed',
          reason: end?.reason ?? pod.status?.reason ?? 'Failed',
          message: pod.status?.message ?? end?.message,
        },
        'the pod',
      );
  return { shown: [shown], recheck: at + RECENT + SECOND };
}

function ofContainer(seen: Seen, status: ContainerStatus, init: boolean, rechecks: number[]): Shown[] {
  const { waiting, terminated } = status.state ?? {};
  const shown: Shown[] = [];
  const add = (
    symptom: SymptomId,
    reason: string | undefined,
    message: string | undefined,
    since: number,
    settle?: number,
  ) => shown.push(containerShown(seen, status, symptom, reason, message, since, settle));
  const last = terminated ?? status.lastState?.terminated;
  const lastAt = msOf(last?.finishedAt);
  const bad = last !== undefined && ((last.exitCode ?? 0) !== 0 || last.reason === 'OOMKilled');
  const recent = bad && lastAt > 0 && seen.turn.at - lastAt <= RECENT;
  const restarts = status.restartCount ?? 0;
  const ended =
    last &&
    `exit code ${last.exitCode ?? '?'}${last.reason ? ` (${last.reason})` : ''}${last.message ? `: ${last.message}` : ''}`;

  if (bad && last?.reason === 'OOMKilled' && (recent || waiting || terminated))
    add('oom-killed', 'OOMKilled', ended, lastAt);
  if (waiting?.reason === 'CrashLoopBackOff')
    add(init ? 'init-failed' : 'crash-loop', waiting.reason, ended ?? waiting.message, lastAt);
  else if (waiting) {
    const symptom = waitingSymptom(waiting.reason);
    if (symptom)
      add(
        symptom,
        waiting.reason,
        waiting.message,
        msOf(conditionOf(seen.pod.status?.conditions, 'Ready')?.lastTransitionTime),
      );
  } else if (terminated && bad && seen.pod.spec?.restartPolicy !== 'Never') {
    if (init) add('init-failed', terminated.reason ?? 'Error', ended, lastAt, restarts > 0 ? 0 : 30);
    else if (restarts > 0) add('crash-loop', terminated.reason ?? 'Error', ended, lastAt);
    else add('container-failed', terminated.reason ?? 'Error', ended, lastAt, 30);
  } else if (recent && restarts >= 2 && !hasOutlasted(status, seen.turn.at)) {
    if (!init) add('crash-loop', last?.reason ?? 'Error', ended, lastAt);
    else if (status.state?.running) add('init-failed', last?.reason ?? 'Error', ended, lastAt);
  }

  if (recent && shown.length > 0 && !waiting) rechecks.push(lastAt + RECENT + SECOND);
  return shown;
}

function containerShown(
  seen: Seen,
  status: ContainerStatus,
  symptom: SymptomId,
  reason: string | undefined,
  message: string | undefined,
  since: number,
  settle: number | undefined,
): Shown {
  const { entity: of, subject, node } = base(seen);
  const spec = [...(seen.pod.spec?.containers ?? []), ...(seen.pod.spec?.initContainers ?? [])];
  const image = spec.find((each) => each.name === status.name)?.image ?? status.image;
  const attributes = {
    container: status.name,
    image,
    registry: symptom === 'image-pull' && image ? registryOf(image) : undefined,
    node,
  };
  const stamp = symptom === 'image-pull' ? '' : (status.restartCount ?? 0);
  const told = { entity: of, subject, symptom, reason, message, since, stamp, attributes };
  return show(settle === undefined ? told : { ...told, settle }, `container ${status.name}`);
}

/** No container says what is wrong: is it scheduled, does it start, is it ready? */
function ofPod(seen: Seen): Shown[] {
  const { pod } = seen;
  const { entity: of, subject, node } = base(seen);
  const told = { entity: of, subject, attributes: { node } };
  const scheduled = conditionOf(pod.status?.conditions, 'PodScheduled');
  if (isFalse(scheduled)) {
    if (scheduled?.reason !== 'Unschedulable') return [];
    const { reason, message, lastTransitionTime } = scheduled;
    return [show({ ...told, symptom: 'unschedulable', reason, message, since: lastTransitionTime }, 'the pod')];
  }
  const created = msOf(pod.metadata.creationTimestamp);
  if (pod.status?.phase === 'Pending') {
    const starting = pod.spec?.nodeName !== undefined || isTrue(scheduled);
    const message = starting
      ? 'The pod is scheduled, but its containers do not start.'
      : 'Nobody has scheduled the pod.';
    const since = msOf(scheduled?.lastTransitionTime) || created;
    return [
      show(
        { ...told, symptom: 'pending', reason: 'Pending', message, since, settle: starting ? START_UP : 60 },
        'the pod',
      ),
    ];
  }
  const ready = conditionOf(pod.status?.conditions, 'Ready');
  if (!isFalse(ready) || ready?.reason === 'PodCompleted') return [];
  return [
    show(
      {
        ...told,
        symptom: 'not-ready',
        reason: ready?.reason ?? 'NotReady',
        message: ready?.message,
        ...unready(pod, ready?.lastTransitionTime),
      },
      'the pod',
    ),
  ];
}

/** Since when it has not been ready, and how long that may last: longer while it starts up. */
function unready(pod: Pod, transition: string | undefined): { since: number; settle: number } {
  const since = msOf(transition) || msOf(pod.status?.startTime);
  const runs = (pod.status?.containerStatuses ?? [])
    .map((each) => msOf(each.state?.running?.startedAt))
    .filter((each) => each > 0);
  const started = Math.max(msOf(pod.status?.startTime), ...runs);
  const sinceStart = Math.max(since, started);
  return since - started <= SECOND * 2 ? { since: sinceStart, settle: startUpSeconds(pod) } : { since, settle: 60 };
}

export function startUpSeconds(pod: Pod): number {
  const allowed = (pod.spec?.containers ?? []).map(
    ({ readinessProbe, startupProbe }) =>
      (readinessProbe?.initialDelaySeconds ?? 0) +
      (startupProbe
        ? (startupProbe.initialDelaySeconds ?? 0) +
          (startupProbe.failureThreshold ?? 3) * (startupProbe.periodSeconds ?? 10)
        : 0),
  );
  return START_UP + Math.max(0, ...allowed);
}
