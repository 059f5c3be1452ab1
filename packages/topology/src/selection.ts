// Which workloads a selector matches, and which one it seems to be meant for where it matches none.
import { entityOfKey } from '@winnow/contracts';
import { homeKey, namesOf, partsOf } from './home.ts';
import { type Indexes, pairsOf } from './indexes.ts';

type Labels = Readonly<Record<string, string>>;

/** Homes of all that a selector matches in its namespace, by the rarest of its labels. */
export function selected(at: Indexes, namespace: string, selector: Labels): ReadonlySet<string> {
  const pairs = pairsOf(selector);
  if (pairs.length === 0) return everyWorkload(at, namespace);
  const sets = pairs.map((pair) => at.labels.get(`${namespace}|${pair}`)).sort((a, b) => a.size - b.size);
  const [rarest, ...others] = sets;
  const homes = new Set<string>();
  for (const key of rarest ?? []) if (others.every((set) => set.has(key))) homes.add(homeKey(at, key));
  return homes;
}

function everyWorkload(at: Indexes, namespace: string): ReadonlySet<string> {
  return new Set([...at.residents.get(namespace)].map((key) => homeKey(at, key)));
}

/** For a Service that selects nothing: the workloads of its name, or those that most of its selector's pairs fit or name. */
export function meant(at: Indexes, serviceKey: string, selector: Labels): ReadonlySet<string> {
  const { namespace = '', name } = entityOfKey(serviceKey);
  const homes = new Set<string>();
  for (const named of [name, ...Object.values(selector)])
    for (const key of at.workloads.get(`${namespace}/${named}`)) homes.add(homeKey(at, key));
  if (homes.size > 0) return homes;
  const pairs = pairsOf(selector);
  const fits = new Map<string, number>();
  for (const pair of pairs)
    for (const key of at.labels.get(`${namespace}|${pair}`)) fits.set(key, (fits.get(key) ?? 0) + 1);
  for (const [key, count] of fits) if (count * 2 >= pairs.length) homes.add(homeKey(at, key));
  return homes;
}

interface Selecting {
  readonly key: string;
  /** The selector matches nothing, but seems to be meant for the entity. */
  readonly meant: boolean;
}

/** Keys of the objects (Services, policies, budgets) whose selector matches the entity. */
export function selecting(at: Indexes, key: string): readonly Selecting[] {
  const candidates = candidatesFor(at, key);
  const namespace = entityOfKey(key).namespace ?? '';
  return [...candidates].flatMap((candidate): Selecting[] => {
    const known = at.known(candidate);
    if (!known || (known.ref.namespace ?? '') !== namespace) return [];
    const selector = known.facts.selector ?? {};
    const matches = known.facts.selector ? selected(at, namespace, selector) : new Set<string>();
    if (matches.has(key)) return [{ key: candidate, meant: false }];
    const isMeant = matches.size === 0 && known.ref.kind === 'Service' && meant(at, candidate, selector).has(key);
    return isMeant ? [{ key: candidate, meant: true }] : [];
  });
}

function candidatesFor(at: Indexes, key: string): ReadonlySet<string> {
  const { namespace = '' } = entityOfKey(key);
  const candidates = new Set(at.selectors.get(`${namespace}|`));
  for (const name of namesOf(at, key)) {
    if (at.exists(`Service/${namespace}/${name}`)) candidates.add(`Service/${namespace}/${name}`);
    for (const each of at.selectors.get(`${namespace}|=${name}`)) candidates.add(each);
  }
  const pairs = new Set<string>();
  for (const part of partsOf(at, key)) for (const pair of pairsOf(at.known(part)?.facts.labels ?? {})) pairs.add(pair);
  for (const pair of pairs) for (const each of at.selectors.get(`${namespace}|${pair}`)) candidates.add(each);
  return candidates;
}
