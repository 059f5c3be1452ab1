// What an alert says is wrong: the alerts of kube-prometheus and the common mixins by name, others by their labels and wording.
import type { AlertItem, Severity, SymptomId } from '@winnow/contracts';
import { severityOf } from './slots.ts';
import { waitingSymptom } from './waiting-reasons.ts';

export interface AlertClass {
  readonly symptom: SymptomId;
  readonly severity: Severity;
}

const names: Readonly<Record<string, SymptomId>> = {
  KubePodCrashLooping: 'crash-loop',
  KubePodNotReady: 'not-ready',
  KubeContainerWaiting: 'not-ready',
  KubeDeploymentReplicasMismatch: 'replicas-missing',
  KubeStatefulSetReplicasMismatch: 'replicas-missing',
  KubeDaemonSetNotScheduled: 'replicas-missing',
  KubeDaemonSetMisScheduled: 'replicas-missing',
  KubePdbNotEnoughHealthyPods: 'replicas-missing',
  KubeDeploymentRolloutStuck: 'rollout-stuck',
  KubeDaemonSetRolloutStuck: 'rollout-stuck',
  KubeDeploymentGenerationMismatch: 'rollout-stuck',
  KubeStatefulSetGenerationMismatch: 'rollout-stuck',
  KubeStatefulSetUpdateNotRolledOut: 'rollout-stuck',
  KubeJobFailed: 'job-failed',
  KubeJobNotCompleted: 'job-failed',
  KubeHpaReplicasMismatch: 'autoscaler-unable',
  KubeHpaMaxedOut: 'saturation',
  KubePersistentVolumeFillingUp: 'volume-full',
  KubePersistentVolumeInodesFillingUp: 'volume-full',
  KubePersistentVolumeErrors: 'claim-pending',
  KubeQuotaAlmostFull: 'quota-full',
  KubeQuotaFullyUsed: 'quota-full',
  KubeQuotaExceeded: 'quota-full',
  KubeCPUQuotaOvercommit: 'saturation',
  KubeMemoryQuotaOvercommit: 'saturation',
  KubeCPUOvercommit: 'saturation',
  KubeMemoryOvercommit: 'saturation',
  CPUThrottlingHigh: 'cpu-throttled',
  KubeNodeNotReady: 'node-not-ready',
  KubeNodeUnreachable: 'node-not-ready',
  KubeNodeReadinessFlapping: 'node-not-ready',
  KubeNodePressure: 'node-pressure',
  KubeNodeEviction: 'node-pressure',
  KubeletDown: 'node-service-down',
  KubeletTooManyPods: 'saturation',
  KubeletPlegDurationHigh: 'node-service-down',
  KubeletPodStartUpLatencyHigh: 'node-service-down',
  KubeProxyDown: 'node-service-down',
  NodeFilesystemSpaceFillingUp: 'volume-full',
  NodeFilesystemAlmostOutOfSpace: 'volume-full',
  NodeFilesystemFilesFillingUp: 'volume-full',
  NodeFilesystemAlmostOutOfFiles: 'volume-full',
  NodeMemoryHighUtilization: 'memory-high',
  NodeMemoryMajorPagesFaults: 'memory-high',
  NodeSystemSaturation: 'saturation',
  NodeDiskIOSaturation: 'saturation',
  NodeSystemdServiceFailed: 'node-service-down',
  KubeClientCertificateExpiration: 'certificate-expiring',
  KubeletClientCertificateExpiration: 'certificate-expiring',
  KubeletServerCertificateExpiration: 'certificate-expiring',
  KubeAPIDown: 'control-plane',
  KubeAPIErrorBudgetBurn: 'control-plane',
  KubeAPITerminatedRequests: 'control-plane',
  KubeAggregatedAPIDown: 'control-plane',
  KubeAggregatedAPIErrors: 'control-plane',
  KubeClientErrors: 'control-plane',
  KubeSchedulerDown: 'control-plane',
  KubeControllerManagerDown: 'control-plane',
  TargetDown: 'target-down',
  // Grafana could not evaluate a rule: it is blind there, whatever the rule was about.
  DatasourceError: 'target-down',
  DatasourceNoData: 'target-down',
};

const prefixes: readonly (readonly [RegExp, SymptomId])[] = [
  [/^etcd/i, 'control-plane'],
  [/^CoreDNS/, 'dns-failed'],
  [/^CertManager/, 'certificate-expiring'],
];

/** Wording, most telling first: the alert's name in words, then its labels and annotations. */
const wording: readonly (readonly [RegExp, SymptomId])[] = [
  [/\boom|out of memory kill/, 'oom-killed'],
  [/crash ?loop|restart(s|ing|ed)? (too|again|often|frequen)|frequent(ly)? restart|pod restart/, 'crash-loop'],
  [/image ?pull/, 'image-pull'],
  [/\bcert(ificate)?s?\b.*expir|expir.*\bcert(ificate)?s?\b|\btls\b.*expir/, 'certificate-expiring'],
  [/throttl|\bcfs\b/, 'cpu-throttled'],
  [
    /connectivity|unreachable|connection refused|probe fail|network (loss|partition)|packet loss/,
    'connectivity-failed',
  ],
  [/\bdns\b|name resolution/, 'dns-failed'],
  [/latenc|\bslow|response time|duration|\bp9\d\b/, 'latency-high'],
  [
    /error rate|errors?\b.*\b(rate|spike|ratio|budget|high)|\b5xx\b|success rate|fail(ed|ure) (rate|ratio|requests)|error/,
    'request-errors',
  ],
  [
    /\bno (requests|traffic|data|operations|database|messages|connections)|throughput|traffic|requests? (drop|rate low|stopped)|\brps\b|inactive|absent/,
    'traffic-lost',
  ],
  [/(disk|volume|filesystem|storage|inode)s?\b.*(full|space|fill|usage|high|low)/, 'volume-full'],
  [/memory/, 'memory-high'],
  [/\bcpu\b|saturat|utili[sz]ation|overload|\blag\b|backlog|queue|\bload\b|too many/, 'saturation'],
  [/replica/, 'replicas-missing'],
  [/\bjob\b.*fail/, 'job-failed'],
  [/node.*(not ready|down)/, 'node-not-ready'],
  [/not ready|unready/, 'not-ready'],
  [/\bdown\b|unavailable|\bup == 0/, 'target-down'],
];

const always: ReadonlySet<string> = new Set(['Watchdog', 'InfoInhibitor', 'DeadMansSwitch']);

export function isAlwaysFiring({ labels }: AlertItem): boolean {
  return always.has(labels.alertname ?? '') || labels.severity?.toLowerCase() === 'none';
}

export function alertClassOf(alert: AlertItem): AlertClass {
  const symptom = symptomOf(alert);
  return { symptom, severity: severityBy(alert.labels.severity ?? alert.labels.priority, severityOf(symptom)) };
}

function symptomOf({ labels, annotations }: AlertItem): SymptomId {
  const name = labels.alertname ?? '';
  // kube-state-metrics tells why a container waits; one that merely starts up is just not ready.
  const waiting = name === 'KubeContainerWaiting' ? waitingSymptom(labels.reason) : undefined;
  const known = waiting ?? names[name] ?? prefixes.find(([pattern]) => pattern.test(name))?.[1];
  if (known) return known;
  const words = wordsOf(name);
  const more = [labels.metric, annotations.summary, annotations.description, annotations.message]
    .filter(Boolean)
    .join(' ');
  return byWording(words) ?? byWording(wordsOf(more)) ?? 'other';
}

const byWording = (text: string): SymptomId | undefined => wording.find(([pattern]) => pattern.test(text))?.[1];

/** `HighRequestErrorRate`, `high_request_error_rate` → `high request error rate`. */
export function wordsOf(name: string): string {
  return name
    .slice(0, 1000)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .toLowerCase();
}

/** The sender's word raises or lowers the class's own severity. */
function severityBy(word: string | undefined, own: Severity): Severity {
  switch (word?.toLowerCase()) {
    case 'critical':
    case 'page':
    case 'emergency':
    case 'fatal':
    case 'p1':
      return 'critical';
    case 'high':
    case 'error':
    case 'major':
    case 'p2':
      return own === 'critical' ? 'critical' : 'high';
    case 'warning':
    case 'warn':
    case 'minor':
    case 'medium':
    case 'p3':
      return own === 'critical' ? 'high' : own === 'low' ? 'medium' : own;
    case 'info':
    case 'informational':
    case 'information':
    case 'low':
    case 'none':
    case 'p4':
    case 'p5':
      return 'low';
    default:
      return own;
  }
}
