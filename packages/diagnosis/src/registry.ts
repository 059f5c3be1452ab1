// Every failure mode that can be diagnosed. Adding one is one entry in its symptom's file, listed here.
import { crashModes } from './app-vs-infra/crash.ts';
import { probeFailedModes } from './app-vs-infra/probe-failed.ts';
import { slowModes } from './app-vs-infra/slow.ts';
import { dnsResolutionFailure, loggedAddressInvalid, serviceAddressInvalid } from './cascading-failures/address.ts';
import { schedulerUnavailable } from './cascading-failures/control-plane.ts';
import { dependencyModes } from './cascading-failures/dependency.ts';
import { ingressMisconfigured } from './cascading-failures/ingress.ts';
import { nodeModes } from './cascading-failures/nodes.ts';
import {
  servicePortMismatch,
  servicePortNotOffered,
  serviceProtocolMismatch,
  serviceSelectorMismatch,
} from './cascading-failures/service-reachability.ts';
import { missingConfigMap, missingSecret, missingServiceAccount } from './config-secrets/missing-references.ts';
import { imagePullModes } from './image-deployment/image-pull.ts';
import { admissionRejected, rolloutStuck } from './image-deployment/rollout.ts';
import { unschedulableModes } from './image-deployment/unschedulable.ts';
import type { Mode } from './mode.ts';
import { memoryLeak, oomKilled } from './resource-exhaustion/out-of-memory.ts';
import { quotaModes } from './resource-exhaustion/quota.ts';
import { claimModes } from './storage-persistence/claims.ts';
import { symptomClassModes } from './symptom-class.ts';

export const modes: readonly Mode[] = [
  oomKilled,
  memoryLeak,
  ...quotaModes,
  ...imagePullModes,
  ...unschedulableModes,
  rolloutStuck,
  admissionRejected,
  missingSecret,
  missingConfigMap,
  missingServiceAccount,
  serviceSelectorMismatch,
  servicePortMismatch,
  servicePortNotOffered,
  serviceProtocolMismatch,
  serviceAddressInvalid,
  loggedAddressInvalid,
  dnsResolutionFailure,
  ...dependencyModes,
  ingressMisconfigured,
  ...nodeModes,
  schedulerUnavailable,
  ...claimModes,
  ...probeFailedModes,
  ...slowModes,
  ...crashModes,
  ...symptomClassModes,
];
