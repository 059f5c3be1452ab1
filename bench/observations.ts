// Arrivals as the intake appends them, made up: the alerts of some clusters, again and again, each time a little later.
import { type AlertItem, type Envelope, hash64 } from '@winnow/contracts';

export interface MadeUp {
  readonly clusters: number;
  /** Distinct alerts of each. */
  readonly series: number;
  /** Alerts of an arrival. */
  readonly items: number;
}

const alertNames = ['KubePodCrashLooping', 'KubePodNotReady', 'HighErrorRate', 'HighLatency', 'KubeJobFailed'];

/** The n-th arrival; `at` in milliseconds. */
export function observationOf({ clusters, series, items }: MadeUp, number: number, at: number): Envelope {
  const cluster = `cluster-${number % clusters}`;
  const first = Math.floor(number / clusters) * items;
  return {
    ...{ schema: 1, tenant: 'default', cluster, source: 'alertmanager.alerts', instance: 'bench' },
    at: new Date(at).toISOString(),
    items: Array.from({ length: items }, (_, index) => alertOf(cluster, (first + index) % series, at)),
  };
}

function alertOf(cluster: string, series: number, at: number): AlertItem {
  const namespace = `team-${series % 40}`;
  const deployment = `service-${Math.floor(series / 40) % 100}`;
  const labels = {
    ...{ alertname: alertNames[series % alertNames.length] ?? '', severity: 'warning', cluster, namespace, deployment },
    pod: `${deployment}-7d9f8b6c5-${series}`,
  };
  return {
    type: 'alert',
    fingerprint: fingerprintOf(cluster, series),
    status: 'firing',
    labels,
    annotations: {
      description: `Pod ${namespace}/${labels.pod} has been in a non-ready state for longer than 15 minutes.`,
    },
    startsAt: '2026-03-08T00:00:00.000Z',
    endsAt: new Date(at + 240_000).toISOString(),
  };
}

const fingerprints = new Map<string, string>();

/** 16 digits, as the intake's. */
function fingerprintOf(cluster: string, series: number): string {
  const key = `${cluster}|${series}`;
  const known = fingerprints.get(key);
  if (known) return known;
  const made = hash64(key);
  fingerprints.set(key, made);
  return made;
}
