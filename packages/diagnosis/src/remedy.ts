// Commands that fit the object. A person runs them, Winnow never does.
import type { EntityRef, Remediation } from '@winnow/contracts';

type Risk = Remediation['risk'];

export function remedy(summary: string, command: string, risk: Risk): Remediation {
  return { summary, command, risk };
}

/** `-n shop deployment/cart`, as kubectl takes it. */
export function target(ref: EntityRef): string {
  const name = `${ref.kind.toLowerCase()}/${ref.name}`;
  return ref.namespace ? `-n ${ref.namespace} ${name}` : name;
}

export function edit(ref: EntityRef, summary: string, risk: Risk = 'medium'): Remediation {
  return remedy(summary, `kubectl edit ${target(ref)}`, risk);
}

export function describe(ref: EntityRef, summary: string): Remediation {
  return remedy(summary, `kubectl describe ${target(ref)}`, 'low');
}

/** Read a container's log; of a CronJob, which has none itself, the runs are shown. */
export function readLog(ref: EntityRef, summary: string, flags: string): Remediation {
  if (ref.kind === 'CronJob') return remedy(summary, `kubectl get jobs,pods -n ${ref.namespace}`, 'low');
  return remedy(summary, `kubectl logs ${target(ref)} ${flags}`, 'low');
}

/** Controllers that keep former revisions. */
const revisioned = ['Deployment', 'StatefulSet', 'DaemonSet'];

export function restart(ref: EntityRef, summary: string): Remediation {
  if (!revisioned.includes(ref.kind)) return describe(ref, summary);
  return remedy(summary, `kubectl rollout restart ${target(ref)}`, 'medium');
}

export function rollback(ref: EntityRef): Remediation {
  if (!revisioned.includes(ref.kind)) return describe(ref, 'Compare it with what ran before');
  return remedy(
    'Go back to the revision before, if the trouble began with the last rollout',
    `kubectl rollout undo ${target(ref)}`,
    'medium',
  );
}
