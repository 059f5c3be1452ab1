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

export function rollback(ref: EntityRef): Remediation {
  return remedy(
    'Go back to the revision before, if the trouble began with the last rollout',
    `kubectl rollout undo ${target(ref)}`,
    'medium',
  );
}
