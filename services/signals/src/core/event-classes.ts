// What an event's reason and message say is wrong.
import type { EventItem, SymptomId } from '@winnow/contracts';
import { waitingSymptom } from './waiting-reasons.ts';

type Class = SymptomId | ((event: EventItem) => SymptomId);

const byReason: Readonly<Record<string, Class>> = {
  BackOff: ({ message }) => (/pulling image/i.test(message) ? 'image-pull' : 'crash-loop'),
  CrashLoopBackOff: 'crash-loop',
  Failed: failedToStart,
  ErrImagePull: 'image-pull',
  ErrImageNeverPull: 'image-pull',
  ImagePullBackOff: 'image-pull',
  InspectFailed: 'image-pull',
  InvalidImageName: 'image-pull',
  FailedToRetrieveImagePullSecret: 'image-pull',
  Unhealthy: ({ message }) =>
    /^liveness/i.test(message) ? 'liveness-failed' : /^startup/i.test(message) ? 'startup-failed' : 'readiness-failed',
  ProbeWarning: 'readiness-failed',
  FailedScheduling: 'unschedulable',
  NotTriggerScaleUp: 'unschedulable',
  FailedCreate: 'create-refused',
  FailedPlacement: 'unschedulable',
  ReplicaSetCreateError: 'create-refused',
  FailedMount: 'mount-failed',
  FailedMapVolume: 'mount-failed',
  VolumeResizeFailed: 'mount-failed',
  FileSystemResizeFailed: 'mount-failed',
  FailedAttachVolume: 'attach-failed',
  FailedDetachVolume: 'attach-failed',
  FailedCreatePodSandBox: 'sandbox-failed',
  FailedPodSandBoxStatus: 'sandbox-failed',
  NetworkNotReady: 'sandbox-failed',
  FailedStartHook: 'create-error',
  FailedPostStartHook: 'create-error',
  FailedPreStartHook: 'create-error',
  ProvisioningFailed: 'claim-pending',
  FailedBinding: 'claim-pending',
  ClaimLost: 'claim-pending',
  Evicted: 'evicted',
  ExceededGracePeriod: 'evicted',
  NodeNotReady: 'node-not-ready',
  NodeNotSchedulable: 'node-pressure',
  KubeletDown: 'node-not-ready',
  OOMKilling: 'oom-killed',
  OOMKilled: 'oom-killed',
  SystemOOM: 'node-pressure',
  EvictionThresholdMet: 'node-pressure',
  FreeDiskSpaceFailed: 'node-pressure',
  ImageGCFailed: 'node-pressure',
  ContainerGCFailed: 'node-service-down',
  FailedGetResourceMetric: 'autoscaler-unable',
  FailedGetPodsMetric: 'autoscaler-unable',
  FailedGetObjectMetric: 'autoscaler-unable',
  FailedGetExternalMetric: 'autoscaler-unable',
  FailedGetContainerResourceMetric: 'autoscaler-unable',
  FailedComputeMetricsReplicas: 'autoscaler-unable',
  FailedGetScale: 'autoscaler-unable',
  FailedRescale: 'autoscaler-unable',
  FailedUpdateScale: 'autoscaler-unable',
  BackoffLimitExceeded: 'job-failed',
  DeadlineExceeded: 'job-failed',
  PodFailurePolicy: 'job-failed',
  ProgressDeadlineExceeded: 'rollout-stuck',
  FailedDaemonPod: 'container-failed',
  FailedToUpdateEndpoint: 'control-plane',
  FailedToUpdateEndpointSlices: 'control-plane',
  LeaderElection: 'control-plane',
  BadCertificate: 'certificate-expiring',
  DNSConfigForming: 'other',
};

/** The kubelet says `Failed` for pulls, for configuration and for starts; its message tells which. */
function failedToStart({ message }: EventItem): SymptomId {
  const state = /^Error: (\w+)/.exec(message)?.[1];
  const waiting = waitingSymptom(state);
  if (waiting) return waiting;
  if (/pull(ing)? image|image .*not present|InvalidImageName|manifest/i.test(message)) return 'image-pull';
  if (
    /(secret|configmap|config ?map|serviceaccount|key) .*(not found|couldn't)|couldn't find key|runAsNonRoot|run as (non-)?root|invalid variable/i.test(
      message,
    )
  )
    return 'config-error';
  return 'create-error';
}

export function symptomOfEvent(event: EventItem): SymptomId {
  const found = byReason[event.reason];
  if (found) return typeof found === 'function' ? found(event) : found;
  if (event.regarding.kind === 'Node' && /(disk|memory|pid)pressure/i.test(event.reason)) return 'node-pressure';
  return 'other';
}

/** Warnings that tell of ordinary work: a node that has started anew, a pod that made room for a more important one. */
export const ordinaryWarnings: ReadonlySet<string> = new Set([
  'Preempted',
  'Preempting',
  'Rebooted',
  'InvalidDiskCapacity',
  'CheckLimitsForResolvConf',
  'DNSConfigForming',
  'PossibleMemoryBackedVolumesOnDisk',
]);
