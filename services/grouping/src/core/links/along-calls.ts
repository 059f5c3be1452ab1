// Trouble that travels along calls: from callee to caller, and as lost traffic from caller to callee.
import { type EntityRef, entityKey, type Signal } from '@winnow/contracts';
import type { Reached } from '@winnow/topology';
import { callHops, type RuleName, walked } from '../parameters.ts';
import type { Link, Role } from '../relation.ts';
import { losesTraffic, type Scope } from '../state.ts';
import { canBeVictim, harmsCallers, isOfRequests } from '../symptom-traits.ts';
import { began, link, placedIn, type Search } from './search.ts';

export function alongCalls({ scope, signal, entity: home }: Search): Link[] {
  const callees = scope.graph.trace(home, 'callees', callHops, walked);
  const callers = scope.graph.trace(home, 'callers', callHops, walked);
  return [
    ...callees.flatMap((reached) => toCallee(scope, signal, reached)),
    ...callers.flatMap((reached) => toCaller(scope, signal, reached)),
    ...besideCallers(scope, signal, home, callers),
    ...throughBroker(scope, signal, home, callees, callers),
  ];
}

/** The signal's entity calls the other's. Lost traffic of a callee comes after its caller's trouble; where it came first it is the trouble. */
function toCallee(scope: Scope, signal: Signal, reached: Reached): Link[] {
  return placedIn(scope, reached.key).flatMap((other) => {
    const made = (rule: RuleName, role: Role) => [link(other, rule, role, reached.path, reached.hops, reached.weight)];
    if (reached.hops === 0) return made('serves', 'victim');
    if (other.signal.symptom === 'traffic-lost' && reached.hops <= 2 && began(signal) < began(other.signal))
      return made('starved', 'cause');
    if (!canBeVictim(signal.symptom) || !harmsCallers(other.signal.symptom)) return [];
    return made(signal.symptom === 'traffic-lost' ? 'starved' : 'calls', 'victim');
  });
}

/** The other's entity calls the signal's. */
function toCaller(scope: Scope, signal: Signal, reached: Reached): Link[] {
  return placedIn(scope, reached.key).flatMap((other) => {
    const made = (rule: RuleName, role: Role) => [link(other, rule, role, reached.path, reached.hops, reached.weight)];
    if (reached.hops === 0) return made('serves', 'cause');
    if (signal.symptom === 'traffic-lost' && reached.hops <= 2 && began(other.signal) < began(signal))
      return made('starved', 'victim');
    if (!canBeVictim(other.signal.symptom) || !harmsCallers(signal.symptom)) return [];
    return made(other.signal.symptom === 'traffic-lost' ? 'starved' : 'calls', 'cause');
  });
}

/** A caller that shows nothing itself, harmed by one callee, leaves its other callees without traffic. */
function besideCallers(scope: Scope, signal: Signal, home: EntityRef, callers: readonly Reached[]): Link[] {
  if (signal.symptom !== 'traffic-lost' && !scope.byReference.has(losesTraffic)) return [];
  const near = callers.filter((each) => each.hops === 1).slice(0, 20);
  return near.flatMap((caller) =>
    scope.graph
      .trace(caller.entity, 'callees', 1, walked)
      .filter((each) => each.key !== entityKey(home))
      .slice(0, 50)
      .flatMap((sibling) =>
        placedIn(scope, sibling.key).flatMap((other): Link[] => {
          const path = [...caller.path, ...sibling.path];
          const starved = [signal, other.signal].filter((each) => each.symptom === 'traffic-lost');
          if (starved.length === 0) return [];
          const role = starved.length === 2 ? 'peer' : starved[0] === signal ? 'victim' : 'cause';
          return [link(other, 'starved-beside', role, path, 0, Math.min(caller.weight, sibling.weight))];
        }),
      ),
  );
}

/**
 * Who is called by nobody gets its work through what it calls: a queue, a log, a store. It misses the work, or gets bad work, when the
 * others at that queue are in trouble.
 */
function throughBroker(
  scope: Scope,
  signal: Signal,
  home: EntityRef,
  callees: readonly Reached[],
  callers: readonly Reached[],
): Link[] {
  if (!isOfRequests(signal.symptom)) return [];
  const consumes = callers.every((each) => each.hops === 0);
  const brokers = callees.filter((each) => each.hops === 1).slice(0, 10);
  return brokers.flatMap((broker) =>
    scope.graph
      .trace(broker.entity, 'callers', 1, walked)
      .filter((each) => each.hops === 1 && each.key !== entityKey(home))
      .slice(0, 30)
      .flatMap((peer) => {
        const found = placedIn(scope, peer.key).filter((other) => isOfRequests(other.signal.symptom));
        if (found.length === 0) return [];
        const made = (role: Role) =>
          found.map((other) =>
            link(
              other,
              'through-broker',
              role,
              [...broker.path, ...peer.path],
              0,
              Math.min(broker.weight, peer.weight),
            ),
          );
        if (consumes) return made(isConsumer(scope, peer.entity) ? 'peer' : 'victim');
        return isConsumer(scope, peer.entity) ? made('cause') : [];
      }),
  );
}

function isConsumer(scope: Scope, entity: EntityRef): boolean {
  return scope.graph.trace(entity, 'callers', 1, walked).every((each) => each.hops === 0);
}
