// The taxonomy of symptom classes: what can be seen to be wrong, whoever says it. One place, data only.

export interface SymptomClass {
  readonly title: string;
  /** Severity where nothing better is known. */
  readonly severity: 'critical' | 'high' | 'medium' | 'low';
  /** A failing dependency can bring this about. */
  readonly fromCallee: boolean;
  /** Whoever calls the entity is harmed by it. */
  readonly toCallers: boolean;
  /** Seconds for which it must last (or recur) before it is worth an incident; the benign kind is over sooner. */
  readonly settle: number;
}

const define = <Id extends string>(classes: Record<Id, readonly [string, SymptomClass['severity'], string, number]>) =>
  Object.fromEntries(
    Object.entries<readonly [string, SymptomClass['severity'], string, number]>(classes).map(
      ([id, [title, severity, flow, settle]]) => [
        id,
        { title, severity, fromCallee: flow.includes('<'), toCallers: flow.includes('>'), settle },
      ],
    ),
  ) as Record<Id, SymptomClass>;

// Flow: `<` a failing callee can cause it, `>` it harms callers.
export const symptoms = define({
  'crash-loop': ['Container restarts again and again', 'high', '<>', 0],
  'container-failed': ['Container ended with an error', 'medium', '<>', 0],
  'oom-killed': ['Container was killed for memory', 'high', '>', 0],
  'init-failed': ['Init container fails', 'high', '<>', 0],
  'image-pull': ['Image cannot be pulled', 'high', '>', 0],
  'config-error': ['Container cannot be created from its configuration', 'high', '>', 0],
  'create-error': ['Container cannot be started', 'high', '>', 0],
  'liveness-failed': ['Liveness probe fails', 'high', '<>', 20],
  'readiness-failed': ['Readiness probe fails', 'medium', '<>', 30],
  'startup-failed': ['Startup probe fails', 'medium', '<>', 30],
  'not-ready': ['Pod is not ready', 'medium', '<>', 60],
  unschedulable: ['Pod cannot be scheduled', 'high', '>', 15],
  pending: ['Pod stays Pending', 'medium', '>', 60],
  'create-refused': ['Pods cannot be created', 'high', '>', 15],
  evicted: ['Pod was evicted', 'medium', '>', 0],
  'sandbox-failed': ['Pod sandbox cannot be set up', 'high', '>', 15],
  'mount-failed': ['Volume cannot be mounted', 'high', '>', 15],
  'attach-failed': ['Volume cannot be attached', 'high', '>', 15],
  'claim-pending': ['Volume claim is not bound', 'high', '>', 15],
  'volume-full': ['Volume is filling up or full', 'high', '<>', 0],
  'service-no-endpoints': ['Service has nobody behind it', 'high', '>', 15],
  'ingress-broken': ['Ingress leads nowhere', 'high', '>', 15],
  'rollout-stuck': ['Rollout does not get on', 'medium', '<>', 0],
  'replicas-missing': ['Fewer replicas than wanted', 'medium', '<>', 30],
  'scaled-to-zero': ['Workload that others need has no replicas', 'high', '>', 15],
  'job-failed': ['Job failed', 'medium', '<>', 0],
  'node-not-ready': ['Node is not ready', 'critical', '>', 0],
  'node-pressure': ['Node is under pressure', 'high', '>', 0],
  'node-service-down': ['A node service is down', 'critical', '>', 0],
  'quota-full': ['Quota is used up', 'medium', '>', 0],
  'autoscaler-unable': ['Autoscaler cannot act', 'medium', '>', 60],
  'release-failed': ['Helm release failed', 'medium', '>', 0],
  'request-errors': ['Requests fail', 'high', '<>', 0],
  'latency-high': ['Requests are slow', 'high', '<>', 0],
  'traffic-lost': ['Requests stopped coming', 'high', '<>', 0],
  saturation: ['A resource is saturated', 'medium', '>', 0],
  'cpu-throttled': ['CPU is throttled', 'medium', '>', 0],
  'memory-high': ['Memory is nearly used up', 'medium', '>', 0],
  'connectivity-failed': ['Service cannot be reached', 'high', '<>', 0],
  'dns-failed': ['Names do not resolve', 'critical', '>', 0],
  'certificate-expiring': ['Certificate expires or has expired', 'high', '>', 0],
  denied: ['Requests to the API server are refused', 'low', '', 60],
  'control-plane': ['Control plane component is in trouble', 'critical', '>', 0],
  'target-down': ['Monitoring target is down', 'medium', '<>', 0],
  other: ['Trouble of a kind that is not known', 'medium', '<>', 0],
});

export type SymptomId = keyof typeof symptoms;
export const symptomIds = Object.keys(symptoms) as [SymptomId, ...SymptomId[]];
