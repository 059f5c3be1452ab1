// What an incident is called before there is a finding: what its likely root, else its gravest member, shows.
import { type EntityRef, entityKey } from './entity.ts';
import type { Incident } from './incident.ts';
import { type Signal, severities } from './signal.ts';
import { symptoms } from './symptoms.ts';

type Members = Pick<Incident, 'members' | 'roots'>;

/** A signal that was found to be another one is told of by that one, where it is a member too. */
export function livingSignals({ members }: Pick<Incident, 'members'>): readonly Signal[] {
  const signals = members.map((member) => member.signal);
  const ids = new Set(signals.map((signal) => signal.id));
  return signals.filter((signal) => signal.mergedInto === undefined || !ids.has(signal.mergedInto));
}

/** The gravest signal of the likely root; of all members where the root shows none. */
export function leadingSignal(incident: Members): Signal | undefined {
  const signals = livingSignals(incident).toSorted(byGravity);
  const root: EntityRef | undefined = incident.roots[0]?.entity;
  return (root && signals.find(({ entity }) => entityKey(entity) === entityKey(root))) ?? signals[0];
}

export function titleOf(incident: Members): string {
  const leading = leadingSignal(incident);
  if (!leading) return 'Incident without members';
  const { kind, namespace, name } = leading.entity;
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}: ${symptoms[leading.symptom].title} (${leading.reason})`;
}

function byGravity(one: Signal, other: Signal): number {
  const rank = severities.indexOf(one.severity) - severities.indexOf(other.severity);
  return rank || compare(one.firstSeen, other.firstSeen) || compare(one.id, other.id);
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
