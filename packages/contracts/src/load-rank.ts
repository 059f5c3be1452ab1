// What is kept first where there is not room for everything: one place, for every intake.
import type { Item } from './item.ts';

/** Gravest first. `repeat` is what was taken a short while ago already. */
export const loadRanks = ['control', 'critical', 'warning', 'other', 'repeat'] as const;
export type LoadRank = (typeof loadRanks)[number];

/** How many of each rank. */
export type RankCounts = Readonly<Record<LoadRank, number>>;

const CRITICAL = new Set(['critical', 'page', 'emergency', 'fatal', 'disaster', 'alert', 'error', 'high']);
const WARNING = new Set(['warning', 'warn', 'major', 'medium', 'average', 'minor']);
const CONTROL_ALERT =
  /^(KubeAPI|KubeAggregatedAPI|KubeScheduler|KubeControllerManager|KubeNode|Kubelet|etcd|Watchdog|DeadMansSwitch)/i;
const CONTROL_PART = /^(kube-)?(apiserver|api-server|etcd|scheduler|controller-manager)$/;

/**
 * How grave an item is. What is of the control plane or of nodes goes before all: everything else of the cluster may follow from it.
 * What is told only once (PagerDuty's turns, operators' acts, heartbeats, marks of lists) is never among what is kept back first.
 */
export function rankOf(item: Item): Exclude<LoadRank, 'repeat'> {
  switch (item.type) {
    case 'alert':
      return rankOfAlert(item.labels, item.toldAt !== undefined);
    case 'event':
      if (item.eventType === 'Normal') return 'other';
      return isControl(item.regarding.kind, item.regarding.namespace) ? 'control' : 'warning';
    case 'audit':
      return item.resourceVersion !== undefined || item.patch !== undefined || item.object !== undefined
        ? 'warning'
        : 'other';
    case 'object':
      return 'warning';
    default:
      return 'control';
  }
}

const isControl = (kind: string, namespace: string | undefined) => kind === 'Node' || namespace === 'kube-system';

function rankOfAlert(labels: Readonly<Record<string, string>>, once: boolean): Exclude<LoadRank, 'repeat'> {
  if (CONTROL_ALERT.test(labels.alertname ?? '')) return 'control';
  if (CONTROL_PART.test(labels.job ?? '') || CONTROL_PART.test(labels.component ?? '')) return 'control';
  const severity = (labels.severity ?? labels.priority ?? '').toLowerCase();
  if (once || CRITICAL.has(severity)) return 'critical';
  return WARNING.has(severity) ? 'warning' : 'other';
}
