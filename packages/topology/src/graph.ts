// The service dependency graph of one cluster. Its state is the facts that were applied and the calls that were declared.
import { type EntityRef, entityKey, entityOfKey, type TopologyFacts } from '@winnow/contracts';
import { type GraphEdge, linksIn, linksOut } from './edges.ts';
import { aliasesOf, homeKey } from './home.ts';
import { type CallFigures, indexes, type Watch } from './indexes.ts';
import { memory } from './memory.ts';
import { resolveHost } from './resolve-host.ts';
import { edgeOf, edgeTo, type Neighbourhood, neighbourhood, type Reached, trace, traceLimit } from './walk.ts';

export interface Graph {
  /** Takes the facts of an object in; undefined where it is gone. */
  apply(entity: EntityRef, facts: TopologyFacts | undefined): void;
  /** A call that tracing or a person declared, with what was seen of it last. A Service without a namespace is the only one of its name. */
  declare(from: EntityRef, to: EntityRef, figures?: CallFigures): void;
  /** A call that is declared no more. */
  undeclare(from: EntityRef, to: EntityRef): void;
  /** What the entity collapses into: a pod's owner, a name's only bearer; itself where nothing better is known. */
  home(entity: EntityRef): EntityRef;
  /** False where the graph has neither an object nor an edge of the entity: it may be connected to anything. */
  knows(entity: EntityRef): boolean;
  /** How many objects' facts it holds. */
  size(): number;
  /** What the entity depends on. */
  dependencies(entity: EntityRef): readonly GraphEdge[];
  /** What depends on the entity. */
  dependants(entity: EntityRef): readonly GraphEdge[];
  /** Entities along calls, Services and Ingresses, nearest first, at most `limit` (default 400): `callees` that may harm it, `callers` that it may harm. */
  trace(entity: EntityRef, direction: 'callees' | 'callers', hops: number, limit?: number): readonly Reached[];
  /** All within some edges of any type and direction, at most `limit` entities (default 200), and the edges among them. */
  neighbourhood(entity: EntityRef, hops: number, limit?: number): Neighbourhood;
  /** The entity that a host stands for, as seen from a namespace. */
  resolve(host: string, namespace: string): EntityRef;
  /** The facts of an object, as applied. */
  facts(entity: EntityRef): TopologyFacts | undefined;
}

export function createGraph(): Graph {
  // Each has a memory of its own, so that a look needs no name but the entity's key.
  const [out, into] = [memory(), memory()];
  const at = indexes(bothOf(out, into));
  const outOf = (key: string) => out.of(key, () => linksOut(at, key));
  const inOf = (key: string) => into.of(key, () => linksIn(at, key));
  const home = (entity: EntityRef) => homeKey(at, entityKey(entity));

  function apply(entity: EntityRef, facts: TopologyFacts | undefined): void {
    if (facts) at.put(entity, facts);
    else at.drop(entity);
  }

  function knows(entity: EntityRef): boolean {
    const key = home(entity);
    const known = (each: string) => at.exists(each) || at.declaredFrom.has(each) || at.declaredTo.has(each);
    return known(key) || at.referrers.has(key) || aliasesOf(at, key).some(known);
  }

  function edges(entity: EntityRef, links: typeof outOf, edge: typeof edgeOf): readonly GraphEdge[] {
    const key = home(entity);
    return links(key).map((link) => edge(key, link));
  }

  return {
    apply,
    declare: at.declare,
    undeclare: at.undeclare,
    knows,
    size: at.size,
    home: (entity) => entityOfKey(home(entity)),
    dependencies: (entity) => edges(entity, outOf, edgeOf),
    dependants: (entity) => edges(entity, inOf, edgeTo),
    trace: (entity, direction, hops, limit = traceLimit) =>
      trace(home(entity), hops, direction === 'callees' ? outOf : inOf, direction, limit),
    neighbourhood: (entity, hops, limit = 200) => neighbourhood(home(entity), hops, limit, outOf, inOf),
    resolve: (host, namespace) => entityOfKey(resolveHost(at, host, namespace)),
    facts: (entity) => at.known(entityKey(entity))?.facts,
  };
}

function bothOf(one: Watch, other: Watch): Watch {
  return {
    onRead(thing) {
      one.onRead(thing);
      other.onRead(thing);
    },
    onChange(thing) {
      one.onChange(thing);
      other.onChange(thing);
    },
  };
}
