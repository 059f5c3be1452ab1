// What two signals both name: a missing secret, a full quota, a registry that fails; names that do not resolve.
import type { Signal } from '@winnow/contracts';
import { blamesNames, referencesOf } from '../references.ts';
import type { Link, Placed } from '../relation.ts';
import { namespaceOf, type Scope } from '../state.ts';
import { link, placed, type Search } from './search.ts';

/** What both name: a missing secret, a full quota, a registry that fails; names that do not resolve. */
export function ofNames({ scope, signal }: Search): Link[] {
  const references = referencesOf(signal);
  const shared = references.flatMap((reference) =>
    placed(scope, scope.byReference.few(reference)).map((other) => referenceLink(signal, other, reference)),
  );
  return [...shared, ...quotaOwners(scope, signal, references), ...ofNameService(scope, signal)];
}

function referenceLink(signal: Signal, other: Placed, reference: string): Link {
  if (!reference.startsWith('quota|')) return { ...link(other, 'same-reference', 'peer'), path: [reference] };
  const role = signal.symptom === other.signal.symptom ? 'peer' : signal.symptom === 'quota-full' ? 'cause' : 'victim';
  return { ...link(other, 'quota', role), path: [reference] };
}

/** A quota, or its namespace, that is full, and those that it refuses. */
function quotaOwners(scope: Scope, signal: Signal, references: readonly string[]): Link[] {
  const namespace = namespaceOf(signal);
  if (signal.symptom === 'quota-full') {
    const refused = placed(scope, scope.byNamespace.few(namespace)).filter(
      (each) => each.signal.symptom === 'create-refused',
    );
    return refused.filter((each) => namesQuota(each.signal, signal)).map((other) => link(other, 'quota', 'cause'));
  }
  if (signal.symptom !== 'create-refused' || !references.some((each) => each.startsWith('quota|'))) return [];
  return placed(scope, scope.byNamespace.few(namespace))
    .filter((each) => each.signal.symptom === 'quota-full' && namesQuota(signal, each.signal))
    .map((other) => link(other, 'quota', 'victim'));
}

/** The refused one names this quota, or the quota's signal does not say which it is. */
function namesQuota(refused: Signal, full: Signal): boolean {
  const named = referencesOf(refused).filter((each) => each.startsWith('quota|'));
  if (named.length === 0) return false;
  const own =
    full.entity.kind === 'ResourceQuota' ? [`quota|${namespaceOf(full)}/${full.entity.name}`] : referencesOf(full);
  const quotas = own.filter((each) => each.startsWith('quota|'));
  return quotas.length === 0 || quotas.some((each) => named.includes(each));
}

function ofNameService(scope: Scope, signal: Signal): Link[] {
  if (signal.symptom === 'dns-failed')
    return placed(scope, scope.byReference.few('blames|names')).map((other) => link(other, 'name-resolution', 'cause'));
  if (!blamesNames(signal)) return [];
  return placed(scope, scope.byReference.few('names|fail')).map((other) => link(other, 'name-resolution', 'victim'));
}
