// A workload's state: a rollout that is stuck, pods that cannot be created, replicas that are missing or none where others call it.
import { type EntityRef, entity } from '@winnow/contracts';
import { conditionOf, isFalse, isTrue } from './conditions.ts';
import { missingReplicas, type Workload, wantedReplicas } from './replicas.ts';
import { servicesOver } from './selection.ts';
import { type Look, type Shown, show } from './show.ts';
import { msOf } from './time.ts';
import type { Turn } from './turn.ts';
import { wrongAddresses } from './wrong-addresses.ts';

/** Pods may take this long to come up before the workload itself is said to lack them. */
const START_UP = 120;

export function shownByWorkload(turn: Turn, object: Workload, owner: EntityRef): Look {
  const self = entity(object.kind, object.metadata.namespace, object.metadata.name);
  const told = { entity: owner, subject: self };
  const what = `the ${object.kind}`;
  const shown: Shown[] = [];
  const failure = conditionOf(
    'conditions' in (object.status ?? {}) ? object.status?.conditions : undefined,
    'ReplicaFailure',
  );
  const wanted = wantedReplicas(object);
  if (isTrue(failure) && wanted !== 0) {
    const { reason, message, lastTransitionTime: since } = failure!;
    shown.push(show({ ...told, symptom: 'create-refused', reason, message, since }, what));
  }
  if (object.kind === 'ReplicaSet') return { shown };
  const progressing = conditionOf(object.status?.conditions, 'Progressing');
  if (object.kind === 'Deployment' && isFalse(progressing) && wanted !== 0 && !object.spec?.paused) {
    const { reason, message, lastTransitionTime: since } = progressing!;
    if (reason !== 'DeploymentPaused')
      shown.push(show({ ...told, symptom: 'rollout-stuck', reason, message, since }, what));
  }
  shown.push(...missing(object, told, what), ...switchedOff(turn, object, told, wanted, what));
  if (wanted !== 0) shown.push(...misled(turn, object, told, what));
  return { shown };
}

/** Its configuration names a Service wrongly. */
function misled(turn: Turn, object: Workload, told: Base, what: string): Shown[] {
  const wrong = wrongAddresses(turn, object);
  if (wrong.length === 0) return [];
  const message = wrong.slice(0, 3).join(' ');
  return [
    show(
      {
        ...told,
        symptom: 'connectivity-failed',
        reason: 'AddressInvalid',
        severity: 'medium',
        message,
        stamp: message,
      },
      what,
    ),
  ];
}

type Base = { readonly entity: EntityRef; readonly subject: EntityRef };

function missing(object: Exclude<Workload, { kind: 'ReplicaSet' }>, told: Base, what: string): Shown[] {
  const lacks = missingReplicas(object) ?? 0;
  const available = conditionOf(object.status?.conditions, 'Available');
  // A Deployment says by itself how many it can do without.
  if (lacks === 0 || (object.kind === 'Deployment' && isTrue(available))) return [];
  const wanted = wantedReplicas(object);
  const message = `${lacks} of ${wanted} replicas are not ready.`;
  const since = object.kind === 'Deployment' ? msOf(available?.lastTransitionTime) : 0;
  return [
    show(
      {
        ...told,
        symptom: 'replicas-missing',
        reason: available?.reason ?? 'ReplicasMissing',
        message,
        since,
        settle: START_UP,
      },
      what,
    ),
  ];
}

function switchedOff(turn: Turn, object: Workload, told: Base, wanted: number | undefined, what: string): Shown[] {
  if (wanted !== 0 || object.kind === 'DaemonSet') return [];
  const { callers, named } = turn.state;
  const called = servicesOver(turn, object).filter((service) => {
    const key = `${turn.scope}|${service}`;
    return (
      callers
        .members(key)
        .some(
          (each) => each !== `${turn.scope}|${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`,
        ) || named.get(key)?.length
    );
  });
  if (called.length === 0) return [];
  const message = `It is scaled to zero, and others call ${called.slice(0, 3).join(', ')}.`;
  return [show({ ...told, symptom: 'scaled-to-zero', reason: 'ScaledToZero', message }, what)];
}
