// Where nothing but a report of a symptom is at hand, its class still suggests a cause: with little confidence.
import { type FailureModeId, failureMode, type Signal, type SymptomId } from '@winnow/contracts';
import { citeSignal, clue } from './clue.ts';
import { defineMode, type Mode } from './mode.ts';
import { describe } from './remedy.ts';
import type { Member, World } from './world/world.ts';

interface Suggestion {
  readonly mode: FailureModeId;
  readonly base: number;
  /** The words of the report that this suggestion needs. */
  readonly words?: RegExp;
}

const table: Readonly<Record<SymptomId, readonly Suggestion[]>> = {
  'crash-loop': [{ mode: 'application-crash', base: 0.34 }],
  'container-failed': [{ mode: 'application-crash', base: 0.32 }],
  'oom-killed': [
    { mode: 'oom-killed', base: 0.42 },
    { mode: 'memory-leak', base: 0.3 },
  ],
  'init-failed': [{ mode: 'init-container-failure', base: 0.42 }],
  'image-pull': [
    { mode: 'image-pull-auth', base: 0.44, words: /unauthorized|denied|authentication|\b401\b|\b403\b/i },
    { mode: 'image-registry-unreachable', base: 0.44, words: /no such host|timeout|refused|unreachable/i },
    { mode: 'image-not-found', base: 0.38 },
  ],
  'config-error': [
    { mode: 'missing-configmap', base: 0.44, words: /configmap/i },
    { mode: 'missing-secret', base: 0.38 },
  ],
  'create-error': [{ mode: 'invalid-command', base: 0.38 }],
  'liveness-failed': [{ mode: 'application-hang', base: 0.3 }],
  'readiness-failed': [{ mode: 'application-error', base: 0.28 }],
  'startup-failed': [{ mode: 'readiness-probe-timing', base: 0.28 }],
  'not-ready': [{ mode: 'application-error', base: 0.26 }],
  unschedulable: [
    { mode: 'insufficient-memory', base: 0.4, words: /insufficient memory/i },
    { mode: 'taint-not-tolerated', base: 0.36, words: /taint/i },
    { mode: 'insufficient-cpu', base: 0.34 },
  ],
  pending: [{ mode: 'insufficient-cpu', base: 0.28 }],
  'create-refused': [
    { mode: 'admission-rejected', base: 0.34, words: /webhook|PodSecurity|denied the request/i },
    { mode: 'quota-pods-exceeded', base: 0.28 },
  ],
  evicted: [
    { mode: 'disk-pressure-eviction', base: 0.4, words: /disk|ephemeral|storage/i },
    { mode: 'node-resource-starvation', base: 0.34 },
  ],
  'sandbox-failed': [{ mode: 'cni-failure', base: 0.42 }],
  'mount-failed': [{ mode: 'volume-attach-timeout', base: 0.34 }],
  'attach-failed': [
    { mode: 'volume-multi-attach', base: 0.4, words: /multi-attach|already/i },
    { mode: 'volume-attach-timeout', base: 0.34 },
  ],
  'claim-pending': [{ mode: 'provisioning-failed', base: 0.34 }],
  'volume-full': [{ mode: 'volume-full', base: 0.55 }],
  'service-no-endpoints': [{ mode: 'dependency-unavailable', base: 0.3 }],
  'ingress-broken': [{ mode: 'ingress-misconfigured', base: 0.45 }],
  'rollout-stuck': [{ mode: 'rollout-stuck', base: 0.34 }],
  'replicas-missing': [{ mode: 'rollout-stuck', base: 0.26 }],
  'scaled-to-zero': [{ mode: 'scaled-to-zero', base: 0.5 }],
  'job-failed': [{ mode: 'job-failed', base: 0.4 }],
  'node-not-ready': [
    { mode: 'kubelet-unavailable', base: 0.42, words: /kubelet|stopped posting/i },
    { mode: 'node-failure', base: 0.4 },
  ],
  'node-pressure': [
    { mode: 'disk-pressure-eviction', base: 0.42, words: /disk/i },
    { mode: 'node-resource-starvation', base: 0.4 },
  ],
  'node-service-down': [
    { mode: 'container-runtime-unavailable', base: 0.45, words: /containerd|docker|runtime|crio/i },
    { mode: 'kube-proxy-unavailable', base: 0.45, words: /proxy/i },
    { mode: 'kubelet-unavailable', base: 0.4 },
  ],
  'quota-full': [
    { mode: 'quota-cpu-exceeded', base: 0.4, words: /cpu/i },
    { mode: 'quota-memory-exceeded', base: 0.4, words: /memory/i },
    { mode: 'quota-storage-exceeded', base: 0.4, words: /storage/i },
    { mode: 'quota-pods-exceeded', base: 0.34 },
  ],
  'autoscaler-unable': [{ mode: 'autoscaler-misconfigured', base: 0.42 }],
  'release-failed': [{ mode: 'helm-release-failed', base: 0.45 }],
  'request-errors': [{ mode: 'application-error', base: 0.34 }],
  'latency-high': [
    { mode: 'slow-dependency', base: 0.34, words: /query|database|\bdb\b|sql|downstream|dependency/i },
    { mode: 'performance-degradation', base: 0.32 },
  ],
  'traffic-lost': [{ mode: 'dependency-unavailable', base: 0.28 }],
  saturation: [
    { mode: 'connection-pool-exhausted', base: 0.4, words: /connection|pool/i },
    { mode: 'performance-degradation', base: 0.28 },
  ],
  'cpu-throttled': [{ mode: 'cpu-throttling', base: 0.45 }],
  'memory-high': [{ mode: 'memory-leak', base: 0.32 }],
  'connectivity-failed': [{ mode: 'dependency-unavailable', base: 0.3 }],
  'dns-failed': [{ mode: 'dns-resolution-failure', base: 0.45 }],
  'certificate-expiring': [{ mode: 'certificate-expired', base: 0.5 }],
  denied: [{ mode: 'rbac-denied', base: 0.3 }],
  'control-plane': [
    { mode: 'scheduler-unavailable', base: 0.45, words: /scheduler/i },
    { mode: 'controller-manager-unavailable', base: 0.45, words: /controller.?manager/i },
    { mode: 'etcd-quorum-loss', base: 0.45, words: /etcd/i },
    { mode: 'apiserver-overloaded', base: 0.34 },
  ],
  'target-down': [{ mode: 'dependency-unavailable', base: 0.27 }],
  other: [{ mode: 'application-error', base: 0.24 }],
};

/** The first suggestion of a class whose words are there. */
function suggestionsFor(signal: Signal): readonly Suggestion[] {
  const text = `${signal.reason} ${signal.messages.join(' ')} ${Object.values(signal.attributes).join(' ')}`;
  const fitting = table[signal.symptom].filter((each) => !each.words || each.words.test(text));
  return fitting.slice(0, 1);
}

const suggested = [...new Set(Object.values(table).flatMap((each) => each.map((one) => one.mode)))];

export const symptomClassModes: readonly Mode[] = suggested.map((id) =>
  suggestedMode(
    id,
    Math.max(...Object.values(table).flatMap((each) => each.filter((one) => one.mode === id).map((one) => one.base))),
  ),
);

function suggestedMode(id: FailureModeId, most: number): Mode {
  const description = failureMode(id)!.description;
  const headline = description.charAt(0).toLowerCase() + description.slice(1).replace(/\.$/, '').split('; ')[0]!;
  return defineMode<Member>({
    id,
    headline,
    over: (world: World) => world.members.filter((each) => suggestionsFor(each.signal).some((one) => one.mode === id)),
    blames: ({ ref }) => ref,
    base: most,
    depth: 2,
    guess: true,
    required: [({ signal }) => clue(0, `the report says: ${signal.reason}`, citeSignal(sourceOf(signal), signal))],
    refuting: [
      ({ signal }) => {
        const base = suggestionsFor(signal).find((one) => one.mode === id)?.base ?? most;
        return base < most ? clue(1 - base / most, 'the report alone does not tell more') : undefined;
      },
    ],
    summary: ({ signal }) => `Only the symptom is known (${signal.reason}); it suggests: ${description}`,
    remediation: ({ ref }) => [describe(ref, 'Look closer: nothing but the report was at hand')],
  });
}

function sourceOf(signal: Signal): string {
  if (signal.sources.some((each) => each.startsWith('alertmanager') || each.startsWith('pagerduty'))) return 'alert';
  return signal.sources.some((each) => each.endsWith('event')) ? 'event' : 'object';
}
