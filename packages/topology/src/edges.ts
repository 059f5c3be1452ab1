// The edges of one entity, worked out from the facts when they are asked for: a change of one object costs what it touches.
import { type Edge, type EdgeType, entityKey, entityOfKey } from '@winnow/contracts';
import { aliasesOf, homeKey, namesOf, partsOf } from './home.ts';
import type { CallFigures, Indexes, Known } from './indexes.ts';
import { resolveHost } from './resolve-host.ts';
import { meant, selected, selecting } from './selection.ts';

/** `from` depends on `to`; `weight` says how sure that is, from 0 to 1. */
export interface GraphEdge extends Edge {
  readonly weight: number;
}

/** An edge as seen from one of its ends. */
export interface Link extends CallFigures {
  /** The key of the other end. */
  readonly other: string;
  readonly type: EdgeType;
  readonly learned: string;
  readonly weight: number;
}

/** What is named first is mostly needed first: a hair's breadth, that decides between equals. */
const named = (order: number) => sure - 0.004 * Math.min(order, 10);
const sure = 1;
const viaConfig = 0.7;
const meantOnly = 0.5;

/** What the entity depends on, by type and name. */
export function linksOut(at: Indexes, key: string): readonly Link[] {
  const links = [...partsOf(at, key)].flatMap((part) => linksOf(at, part));
  const declared = [key, ...aliasesOf(at, key), ...servedBy(at, key)].flatMap((alias) => declaredFrom(at, alias));
  return tidy([...links, ...policies(at, key), ...declared], key);
}

/** What depends on the entity, by type and name. */
export function linksIn(at: Indexes, key: string): readonly Link[] {
  const aliases = [key, ...aliasesOf(at, key)];
  const links = [
    ...aliases.flatMap((alias) => referrers(at, alias)),
    ...callersOf(at, key),
    ...selectors(at, key),
    ...selectedBy(at, key),
    ...aliases.flatMap((alias) => declaredTo(at, alias)),
  ];
  return tidy(links, key);
}

/** Each pair of ends once for each type, the surest and first learned, in an order that does not depend on insertion. */
function tidy(links: readonly Link[], key: string): readonly Link[] {
  const best = new Map<string, Link>();
  for (const link of links) {
    if (link.other === key) continue;
    const id = `${link.type} ${link.other}`;
    const held = best.get(id);
    const better = !held || link.weight > held.weight || (link.weight === held.weight && link.learned < held.learned);
    best.set(id, { ...(better ? link : held), ...worst(link, held) });
  }
  return [...best].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, link]) => link);
}

function linksOf(at: Indexes, part: string): Link[] {
  const known = at.known(part);
  if (!known) return [];
  const refs = (known.facts.refs ?? []).flatMap(({ type, to, from }) => [
    { other: homeKey(at, entityKey(to)), type, learned: from, weight: sure },
    ...(to.kind === 'ConfigMap' ? configuredCalls(at, entityKey(to)) : []),
  ]);
  return [...refs, ...calls(at, known), ...selections(at, known)];
}

function calls(at: Indexes, { ref, facts }: Known): Link[] {
  if (ref.kind === 'ConfigMap') return [];
  return (facts.hosts ?? []).map(({ host, from }, order) => ({
    other: resolveHost(at, host, ref.namespace ?? ''),
    type: 'calls',
    learned: from,
    weight: named(order),
  }));
}

/** Who reads a ConfigMap calls the hosts in it. */
function configuredCalls(at: Indexes, configMap: string): Link[] {
  const known = at.known(configMap);
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
    at.known(other)?.ref.kind === 'Service' ? [] : [{ other, type: 'limits', learned: 'selector', weight: sure }],
  );
}

function selectors(at: Indexes, key: string): Link[] {
  return selecting(at, key).flatMap(({ key: other, meant: isMeant }): Link[] =>
    at.known(other)?.ref.kind === 'Service'
      ? [
          isMeant
            ? { other, type: 'selects', learned: 'meant: the selector matches nothing', weight: meantOnly }
            : { other, type: 'selects', learned: 'selector', weight: sure },
        ]
      : [],
  );
}

function selectedBy(at: Indexes, key: string): Link[] {
  const known = at.known(key);
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
    (at.known(referrer)?.facts.refs ?? [])
      .filter((each) => entityKey(each.to) === key)
      .map(({ type, from }) => ({ other: homeKey(at, referrer), type, learned: from, weight: sure })),
  );
}

/** Who names a host that leads here, itself or in a ConfigMap that it reads. */
function callersOf(at: Indexes, key: string): Link[] {
  const ref = entityOfKey(key);
  const names = ref.kind === 'Host' ? [ref.name] : [...namesOf(at, key)];
  const addresses = ref.kind === 'Host' ? names : names.map((name) => `${ref.namespace ?? ''}/${name}`);
  const sources = new Set(addresses.flatMap((address) => [...at.callers.get(address)]));
  return [...sources].flatMap((source) => callsFrom(at, source, key, names));
}

function callsFrom(at: Indexes, source: string, key: string, names: readonly string[]): Link[] {
  const known = at.known(source);
  if (!known) return [];
  const namespace = known.ref.namespace ?? '';
  // A host that leads here holds one of its names: the others need not be resolved.
  const hosts = (known.facts.hosts ?? [])
    .map((each, order) => ({ ...each, order }))
    .filter(({ host }) => names.some((name) => host.includes(name)) && resolveHost(at, host, namespace) === key);
  if (known.ref.kind !== 'ConfigMap')
    return hosts.map(({ from, order }) => ({
      other: homeKey(at, source),
      type: 'calls',
      learned: from,
      weight: named(order),
    }));
  return hosts.flatMap(({ from }) =>
    referrers(at, source).map(({ other }) => ({
      other,
      type: 'calls' as const,
      learned: `ConfigMap ${known.ref.name} ${from}`,
      weight: viaConfig,
    })),
  );
}

function declaredFrom(at: Indexes, from: string): Link[] {
  return [...at.declaredFrom.get(from)].map((to) => declaredLink(homeKey(at, to), at.figures(from, to)));
}

function declaredTo(at: Indexes, to: string): Link[] {
  return [...at.declaredTo.get(to)].flatMap((from) =>
    [homeKey(at, from), ...servedFrom(at, from)].map((caller) => declaredLink(caller, at.figures(from, to))),
  );
}

/** The Services whose calls an entity makes: whoever tells of calls by the names of Services means what stands behind them. */
function servedBy(at: Indexes, key: string): string[] {
  if (entityOfKey(key).kind === 'Service') return [];
  const services = selecting(at, key).filter(({ meant: isMeant }) => !isMeant);
  return services.flatMap((each) => (servedFrom(at, each.key).includes(key) ? [each.key] : []));
}

/** The other way round: who makes the calls of a Service. */
function servedFrom(at: Indexes, service: string): readonly string[] {
  const known = at.known(service);
  if (known?.ref.kind !== 'Service' || Object.keys(known.facts.selector ?? {}).length === 0) return [];
  return [...selected(at, known.ref.namespace ?? '', known.facts.selector ?? {})];
}

const declaredLink = (other: string, figures: CallFigures | undefined): Link => ({
  other,
  type: 'calls',
  learned: 'dependency',
  weight: sure,
  ...figures,
});

/** Where several calls are one edge its figures are those of the one that is worst off. */
function worst(one: CallFigures, other: CallFigures | undefined): CallFigures {
  const most = (a: number | undefined, b: number | undefined) => (a === undefined ? b : Math.max(a, b ?? a));
  const [errorRatio, latencyMs] = [most(one.errorRatio, other?.errorRatio), most(one.latencyMs, other?.latencyMs)];
  return { ...(errorRatio !== undefined && { errorRatio }), ...(latencyMs !== undefined && { latencyMs }) };
}
