// Why a container waits, in the kubelet's words: from its state, from an event's message, or from kube-state-metrics' label `reason`.
import type { SymptomId } from '@winnow/contracts';

const reasons: Readonly<Record<string, SymptomId>> = {
  CrashLoopBackOff: 'crash-loop',
  ImagePullBackOff: 'image-pull',
  ErrImagePull: 'image-pull',
  ErrImageNeverPull: 'image-pull',
  InvalidImageName: 'image-pull',
  ImageInspectError: 'image-pull',
  RegistryUnavailable: 'image-pull',
  SignatureValidationFailed: 'image-pull',
  CreateContainerConfigError: 'config-error',
  CreateContainerError: 'create-error',
  RunContainerError: 'create-error',
  StartError: 'create-error',
  ContainerCannotRun: 'create-error',
  PreCreateHookError: 'create-error',
  PreStartHookError: 'create-error',
  PostStartHookError: 'create-error',
  CreatePodSandboxError: 'sandbox-failed',
};

/** Undefined where the container merely starts up. */
export const waitingSymptom = (reason: string | undefined): SymptomId | undefined =>
  reason ? reasons[reason] : undefined;
