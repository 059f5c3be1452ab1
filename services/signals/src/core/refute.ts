// Does what is known of an object speak against a complaint about it? true: it is over. false: it is not well. undefined: cannot tell.
import type { ContainerStatus, KubeObject, Pod, SymptomId } from '@winnow/contracts';
import { conditionOf, isTrue } from './conditions.ts';
import { hasOutlasted } from './outlasted.ts';
import { missingReplicas, uncreatedReplicas } from './replicas.ts';

type Answer = boolean | undefined;

export function refutes(object: KubeObject, symptom: SymptomId, container?: string, at?: number): Answer {
  // What somebody is refused, or cannot reach, no state of the object tells.
  if (symptom === 'denied' || symptom === 'connectivity-failed') return undefined;
  switch (object.kind) {
    case 'Pod':
      return podRefutes(object, symptom, container, at);
    case 'Node':
      return nodeRefutes(object, symptom);
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'DaemonSet': {
      // That pods can be made again is shown by there being pods, ready or not.
      const missing = symptom === 'create-refused' ? uncreatedReplicas(object) : missingReplicas(object);
      return missing === undefined ? undefined : missing === 0;
    }
    case 'PersistentVolumeClaim':
      return object.status?.phase === undefined ? undefined : object.status.phase === 'Bound';
    case 'Job':
      if (isTrue(conditionOf(object.status?.conditions, 'Failed'))) return false;
      if (isTrue(conditionOf(object.status?.conditions, 'Complete'))) return true;
      return symptom === 'create-refused' && (object.status?.active ?? 0) > 0 ? true : undefined;
    case 'HorizontalPodAutoscaler': {
      const active = conditionOf(object.status?.conditions, 'ScalingActive')?.status;
      return active === undefined ? undefined : active === 'True';
    }
    default:
      return undefined;
  }
}

function nodeRefutes(object: Extract<KubeObject, { kind: 'Node' }>, symptom: SymptomId): Answer {
  const conditions = object.status?.conditions;
  const ready = conditionOf(conditions, 'Ready')?.status;
  if (ready === undefined) return undefined;
  if (symptom !== 'node-pressure') return ready === 'True';
  return ready === 'True' && !conditions?.some((each) => each.type.endsWith('Pressure') && each.status === 'True');
}

const started = (status: ContainerStatus): boolean =>
  status.state?.running !== undefined || status.state?.terminated !== undefined || (status.restartCount ?? 0) > 0;

/** Complaints that are over once the pod has got past that step, whatever its later troubles are. */
function podRefutes(pod: Pod, symptom: SymptomId, container: string | undefined, at: number | undefined): Answer {
  const { status } = pod;
  if (!status || (status.phase === undefined && !status.conditions && !status.containerStatuses)) return undefined;
  if (isWell(pod, at)) return true;
  const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const mine = container ? all.filter((each) => each.name === container) : all;
  switch (symptom) {
    case 'unschedulable':
      return isTrue(conditionOf(status.conditions, 'PodScheduled')) || pod.spec?.nodeName !== undefined;
    case 'image-pull':
      return mine.length > 0 && mine.every(started);
    case 'mount-failed':
    case 'attach-failed':
    case 'sandbox-failed':
    case 'config-error':
    case 'create-error':
      return mine.some(started) && !mine.some((each) => each.state?.waiting !== undefined && !started(each));
    case 'readiness-failed':
    case 'not-ready':
      return isTrue(conditionOf(status.conditions, 'Ready'));
    case 'startup-failed':
      return mine.length > 0 && mine.every((each) => each.started === true);
    default:
      return false;
  }
}

/** The pod does its work, or has done it. Restarts in the recent past are looked at where its symptoms are read. */
export function isWell(pod: Pod, at?: number): boolean {
  const { status } = pod;
  if (status?.phase === 'Succeeded') return true;
  if (!isTrue(conditionOf(status?.conditions, 'Ready'))) return false;
  return !(status?.containerStatuses ?? []).some(
    (each) => each.state?.waiting?.reason || (restartsAgainAndAgain(each) && !(at && hasOutlasted(each, at))),
  );
}

/** It has ended with an error twice or more and its last end was less than ten minutes before it started anew. */
function restartsAgainAndAgain(status: ContainerStatus): boolean {
  const last = status.lastState?.terminated;
  return (status.restartCount ?? 0) >= 2 && last !== undefined && last.exitCode !== 0;
}
