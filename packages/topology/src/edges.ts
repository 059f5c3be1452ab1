// The edges of one entity, worked out from the facts when they are asked for: a change of one object costs what it touches.
import { type Edge, type EdgeType, entityKey, entityOfKey } from '@winnow/contracts';
import { addressesOf } from './address.ts';
import { aliasesOf, homeKey, partsOf } from './home.ts';
import type { Indexes, Known } from './indexes.ts';
import { resolveHost } from './resolve-host.ts';
import { meant, selected, selecting } from './selection.ts';

/** `from` depends on `to`; `weight` says how sure that is, from 0 to 1. */
export interface GraphEdge extends Edge {
  readonly weight: number;
}

/** An edge before its ends are spelt out. */
interface Link {
  readonly other: string;
  readonly type: EdgeType;
  readonly learned: string;
  readonly weight: number;
}

const sure = 1;
const viaConfig = 0.7;
const meantOnly = 0.5;

/** What the entity depends on, by type and name. */
export function edgesOut(at: Indexes, key: string): readonly GraphEdge[] {
  const links = [...partsOf(at, key)].flatMap((part) => linksOf(at, part));
  const declared = [key, ...aliasesOf(at, key)].flatMap((alias) => declaredLinks(at, at.declaredFrom.get(alias)));
  return tidy([...links, ...policies(at, key), ...declared], key, (link) => [key, link.other]);
}

/** What depends on the entity, by type and name. */
export function edgesIn(at: Indexes, key: string): readonly GraphEdge[] {
  const aliases = [key, ...aliasesOf(at, key)];
  const links = [
    ...aliases.flatMap((alias) => referrers(at, alias)),
    ...callersOf(at, key),
    ...selectors(at, key),
    ...selectedBy(at, key),
    ...aliases.flatMap((alias) => declaredLinks(at, at.declaredTo.get(alias))),
  ];
  return tidy(links, key, (link) => [link.other, key]);
}

/** Each pair of ends once for each type, the surest and first learned, in an order that does not depend on insertion. */
function tidy(links: readonly Link[], key: string, ends: (link: Link) => [string, string]): readonly GraphEdge[] {
  const best = new Map<string, Link>();
  for (const link of links) {
    if (link.other === key) continue;
    const id = `${link.type} ${link.other}`;
    const held = best.get(id);
    if (!held || link.weight > held.weight || (link.weight === held.weight && link.learned < held.learned))
      best.set(id, link);
  }
  return [...best.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, link]) => {
      const [from, to] = ends(link);
      return {
        from: entityOfKey(from),
        to: entityOfKey(to),
        type: link.type,
        learned: link.learned,
        weight: link.weight,
      };
    });
}

function linksOf(at: Indexes, part: string): Link[] {
  const known = at.objects.get(part);
  if (!known) return [];
  const refs = (known.facts.refs ?? []).flatMap(({ type, to, from }) => [
    { other: homeKey(at, entityKey(to)), type, learned: from, weight: sure },
    ...(to.kind === 'ConfigMap' ? configuredCalls(at, entityKey(to)) : []),
  ]);
  return [...refs, ...calls(at, known), ...selections(at, known)];
}

function calls(at: Indexes, { ref, facts }: Known): Link[] {
  if (ref.kind === 'ConfigMap') return [];
  return (facts.hosts ?? []).map(({ host, from }) => ({
    other: resolveHost(at, host, ref.namespace ?? ''),
    type: 'calls',
    learned: from,
    weight: sure,
  }));
}

/** Who reads a ConfigMap calls the hosts in it. */
function configuredCalls(at: Indexes, configMap: string): Link[] {
  const known = at.objects.get(configMap);
  return (known?.facts.hosts ?? []).map(({ host, from }) => ({
    other: resolveHost(at, host, known?.ref.namespace ?? ''),
    type: 'calls',
    learned: `ConfigMap ${known?.ref.name} ${from}`,
    weight: viaConfig,
  }));
}

function selections(at: Indexes, { ref, facts }: Known): Link[] {
  if (ref.kind !== 'Service') return [];
  const namespace = ref.namespace ?? '';
  const matches = facts.selector ? selected(at, namespace, facts.selector) : new Set<string>();
  if (matches.size > 0)
    return [...matches].map((other) => ({ other, type: 'selects', learned: 'selector', weight: sure }));
  return [...meant(at, entityKey(ref), facts.selector ?? {})].map((other) => ({
    other,
    type: 'selects',
    learned: 'meant: the selector matches nothing',
    weight: meantOnly,
  }));
}

/** A NetworkPolicy or a budget limits what it selects: the workload depends on it. */
function policies(at: Indexes, key: string): Link[] {
  return selecting(at, key).flatMap(({ key: other }): Link[] =>
    at.objects.get(other)?.ref.kind === 'Service' ? [] : [{ other, type: 'limits', learned: 'selector', weight: sure }],
  );
}

function selectors(at: Indexes, key: string): Link[] {
  return selecting(at, key).flatMap(({ key: other, meant: isMeant }): Link[] =>
    at.objects.get(other)?.ref.kind === 'Service'
      ? [
          isMeant
            ? { other, type: 'selects', learned: 'meant: the selector matches nothing', weight: meantOnly }
            : { other, type: 'selects', learned: 'selector', weight: sure },
        ]
      : [],
  );
}

function selectedBy(at: Indexes, key: string): Link[] {
  const known = at.objects.get(key);
  if (!known?.facts.selector || known.ref.kind === 'Service') return [];
  return [...selected(at, known.ref.namespace ?? '', known.facts.selector)].map((other) => ({
    other,
    type: 'limits',
    learned: 'selector',
    weight: sure,
  }));
}

function referrers(at: Indexes, key: string): Link[] {
  return [...at.referrers.get(key)].flatMap((referrer) =>
    (at.objects.get(referrer)?.facts.refs ?? [])
      .filter((each) => entityKey(each.to) === key)
      .map(({ type, from }) => ({ other: homeKey(at, referrer), type, learned: from, weight: sure })),
  );
}

/** Who names a host that leads here, itself or in a ConfigMap that it reads. */
function callersOf(at: Indexes, key: string): Link[] {
  const ref = entityOfKey(key);
  const addresses =
    ref.kind === 'Host' ? [ref.name] : [...namesOf(at, key)].map((name) => `${ref.namespace ?? ''}/${name}`);
  const sources = new Set(addresses.flatMap((address) => [...at.callers.get(address)]));
  return [...sources].flatMap((source) => callsFrom(at, source, key));
}

function namesOf(at: Indexes, key: string): ReadonlySet<string> {
  const parts = [...partsOf(at, key)].filter((part) => !part.startsWith('Pod/'));
  return new Set([key, ...parts].map((part) => entityOfKey(part).name));
}

function callsFrom(at: Indexes, source: string, key: string): Link[] {
  const known = at.objects.get(source);
  if (!known) return [];
  const namespace = known.ref.namespace ?? '';
  const hosts = (known.facts.hosts ?? []).filter(
    ({ host }) => addressesOf(host, namespace).length > 0 && resolveHost(at, host, namespace) === key,
  );
  if (known.ref.kind !== 'ConfigMap')
    return hosts.map(({ from }) => ({ other: homeKey(at, source), type: 'calls', learned: from, weight: sure }));
  return hosts.flatMap(({ from }) =>
    referrers(at, source).map(({ other }) => ({
      other,
      type: 'calls' as const,
      learned: `ConfigMap ${known.ref.name} ${from}`,
      weight: viaConfig,
    })),
  );
}

function declaredLinks(at: Indexes, keys: ReadonlySet<string>): Link[] {
  return [...keys].map((key) => ({ other: homeKey(at, key), type: 'calls', learned: 'dependency', weight: sure }));
}
