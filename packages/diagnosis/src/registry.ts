// Every failure mode that can be diagnosed. Adding one is one entry in its symptom's file, listed here.
import { applicationError } from './app-vs-infra/application-error.ts';
import { applicationCrash, jobFailed } from './app-vs-infra/crash.ts';
import { probeFailedModes } from './app-vs-infra/probe-failed.ts';
import { slowModes } from './app-vs-infra/slow.ts';
import { dnsResolutionFailure, loggedAddressInvalid, serviceAddressInvalid } from './cascading-failures/address.ts';
import { changedDependency } from './cascading-failures/changed-dependency.ts';
import { schedulerUnavailable } from './cascading-failures/control-plane.ts';
import { dependencyModes } from './cascading-failures/dependency.ts';
import { ingressMisconfigured } from './cascading-failures/ingress.ts';
import { networkPolicyBlocked } from './cascading-failures/network-policy.ts';
import { nodeModes } from './cascading-failures/nodes.ts';
import {
  servicePortMismatch,
  servicePortNotOffered,
  serviceProtocolMismatch,
  serviceSelectorMismatch,
} from './cascading-failures/service-reachability.ts';
import { missingConfigMap, missingSecret, missingServiceAccount } from './config-secrets/missing-references.ts';
import { rotationModes } from './config-secrets/rotation.ts';
import { settingsRejectedModes } from './config-secrets/settings-rejected.ts';
import { autoscalingModes } from './image-deployment/autoscaling.ts';
import { imagePullModes } from './image-deployment/image-pull.ts';
import { admissionRejected, rolloutStuck } from './image-deployment/rollout.ts';
import { initContainerFailure, invalidCommand } from './image-deployment/start.ts';
import { unschedulableModes } from './image-deployment/unschedulable.ts';
import type { Mode } from './mode.ts';
import { ephemeralStorageEviction } from './resource-exhaustion/eviction.ts';
import { nodePressureModes } from './resource-exhaustion/node-pressure.ts';
import { memoryLeak, oomKilled } from './resource-exhaustion/out-of-memory.ts';
import { quotaModes } from './resource-exhaustion/quota.ts';
import { claimModes } from './storage-persistence/claims.ts';
import { volumeModes } from './storage-persistence/volumes.ts';
import { symptomClassModes } from './symptom-class.ts';

export const modes: readonly Mode[] = [
  oomKilled,
  memoryLeak,
  ...quotaModes,
  ephemeralStorageEviction,
  ...imagePullModes,
  ...unschedulableModes,
  rolloutStuck,
  ...autoscalingModes,
  admissionRejected,
  missingSecret,
  missingConfigMap,
  missingServiceAccount,
  ...rotationModes,
  serviceSelectorMismatch,
  servicePortMismatch,
  servicePortNotOffered,
  serviceProtocolMismatch,
  serviceAddressInvalid,
  loggedAddressInvalid,
  dnsResolutionFailure,
  ...dependencyModes,
  changedDependency,
  ingressMisconfigured,
  networkPolicyBlocked,
  ...nodeModes,
  schedulerUnavailable,
  ...claimModes,
  ...volumeModes,
  ...probeFailedModes,
  ...slowModes,
  applicationCrash,
  jobFailed,
  ...settingsRejectedModes,
  invalidCommand,
  initContainerFailure,
  ...nodePressureModes,
  applicationError,
  ...symptomClassModes,
];
