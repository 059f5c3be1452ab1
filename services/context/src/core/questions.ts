// What is asked about an incident: first what is around it, then, of what is near, everything that was said and done there.
import { entityKey, type Incident } from '@winnow/contracts';
import type { Question } from './ask.ts';
import { CHANGES_BEFORE, HOPS, LOG_LINES, MAX_NAMESPACES } from './budget.ts';
import { choosePods } from './choose-pods.ts';
import { hasPreviousRun } from './pod-trouble.ts';
import { refOf } from './select-objects.ts';
import type { Surroundings } from './surroundings.ts';

/** Round one: the objects around the members, and the active checks. */
export function firstQuestions(incident: Incident): readonly Question[] {
  return [
    { kind: 'objects', arguments: { members: membersOf(incident), hops: HOPS } },
    { kind: 'checks', arguments: {} },
  ];
}

/** Round two: events, changes, logs and metrics of what round one found. */
export function secondQuestions(incident: Incident, around: Surroundings): readonly Question[] {
  const namespaces = namespacesOf(incident, around);
  return [
    ...namespaces.map((namespace): Question => ({ kind: 'events', arguments: { namespace } })),
    { kind: 'changes', arguments: { entities: entitiesOf(incident, around), since: changesSince(incident) } },
    ...choosePods(around).flatMap(logQuestions),
    ...namespaces.map((namespace): Question => ({ kind: 'metrics', arguments: { namespace } })),
  ];
}

/** Members and the objects that their symptoms were seen on. */
export function membersOf(incident: Incident): readonly string[] {
  const refs = incident.members.flatMap(({ signal }) => [signal.entity, ...signal.subjects]);
  return [...new Set(refs.map(entityKey))].sort();
}

export function firstSymptomOf(incident: Incident): string {
  const times = incident.members.map(({ signal }) => signal.firstSeen).sort();
  return times[0] ?? incident.openedAt;
}

function changesSince(incident: Incident): string {
  const first = Date.parse(firstSymptomOf(incident));
  return Number.isNaN(first) ? '' : new Date(first - CHANGES_BEFORE).toISOString();
}

function entitiesOf(incident: Incident, around: Surroundings): readonly string[] {
  const keys = around.objects.map(({ object }) => entityKey(refOf(object)));
  const missing = around.edges.map((edge) => entityKey(edge.to));
  return [...new Set([...membersOf(incident), ...keys, ...missing])].sort();
}

/** The members' namespaces first; events of nodes stand in `default`. */
function namespacesOf(incident: Incident, around: Surroundings): readonly string[] {
  const own = incident.members.map(({ signal: { entity } }) =>
    entity.kind === 'Namespace' ? entity.name : (entity.namespace ?? 'default'),
  );
  const near = around.objects.flatMap(({ object, near }) => (near < HOPS ? (object.metadata.namespace ?? []) : []));
  const nodes = around.objects.some(({ object, near }) => object.kind === 'Node' && near < 1) ? ['default'] : [];
  return [...new Set([...own.sort(), ...near, ...nodes])].slice(0, MAX_NAMESPACES);
}

function logQuestions(pod: ReturnType<typeof choosePods>[number]): readonly Question[] {
  const of = { namespace: pod.metadata.namespace ?? 'default', pod: pod.metadata.name };
  const current: Question = { kind: 'logs', arguments: { ...of, previous: false, tailLines: LOG_LINES.current } };
  const previous: Question = { kind: 'logs', arguments: { ...of, previous: true, tailLines: LOG_LINES.previous } };
  return hasPreviousRun(pod) ? [current, previous] : [current];
}
