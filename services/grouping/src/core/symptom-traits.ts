// What symptom classes say of each other.
import { type SymptomId, symptoms } from '@winnow/contracts';

const requests = new Set<SymptomId>(['request-errors', 'latency-high', 'traffic-lost', 'connectivity-failed']);
const nodeTrouble = new Set<SymptomId>([
  'node-not-ready',
  'node-pressure',
  'node-service-down',
  'target-down',
  'other',
]);
const load = new Set<SymptomId>(['saturation', 'cpu-throttled', 'memory-high', 'node-pressure', 'latency-high']);
/** What trouble of its node can do to a pod, besides all that a failing callee can. */
const nodeVictims = new Set<SymptomId>([
  'evicted',
  'pending',
  'sandbox-failed',
  'mount-failed',
  'attach-failed',
  'create-error',
  'oom-killed',
]);
/** What comes of the workload's own image, limits or place in the cluster, whatever it mounts. */
const notOfVolumes = new Set<SymptomId>(['image-pull', 'oom-killed', 'create-refused']);

/** A failing callee can bring it about. */
export function canBeVictim(symptom: SymptomId): boolean {
  return symptoms[symptom].fromCallee;
}

/** It harms callers. */
export function harmsCallers(symptom: SymptomId): boolean {
  return symptoms[symptom].toCallers;
}

/** It is told of requests, which have two ends: it may show at either. */
export function isOfRequests(symptom: SymptomId): boolean {
  return requests.has(symptom);
}

export function isNodeTrouble(symptom: SymptomId): boolean {
  return nodeTrouble.has(symptom);
}

export function isLoad(symptom: SymptomId): boolean {
  return load.has(symptom);
}

export function canComeOfNode(symptom: SymptomId): boolean {
  return canBeVictim(symptom) || nodeVictims.has(symptom);
}

export function canComeOfVolume(symptom: SymptomId): boolean {
  return !notOfVolumes.has(symptom);
}
