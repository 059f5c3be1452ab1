// Addresses in a workload's configuration that cannot be right: a port that the Service does not have, a name that misses one narrowly.
// A name that is like none is left alone: it may belong to a feature that is switched off.
import { entity, type KubeObject, type Service } from '@winnow/contracts';
import { factsOf } from '@winnow/topology';
import { serviceOfHost } from './calls.ts';
import { objectsOf } from './selection.ts';
import { objectKey } from './state.ts';
import type { Turn } from './turn.ts';

/** One sentence for each wrong address. */
export function wrongAddresses(turn: Turn, object: KubeObject): string[] {
  const { namespace } = object.metadata;
  const hosts = factsOf(object)?.hosts ?? [];
  const named = new Set(hosts.map(({ host }) => serviceOfHost(host, namespace)));
  const found = hosts.flatMap(({ host, port, from }) => {
    const [space, name] = (serviceOfHost(host, namespace) ?? '').split('/');
    if (!space || !name) return [];
    const service = turn.state.objects.get(objectKey(turn.scope, entity('Service', space, name)))?.object;
    if (service?.kind === 'Service')
      return lacksPort(service, port)
        ? [`${from} names ${host}:${port}, and Service ${name} has no port ${port}.`]
        : [];
    const near = nearMiss(turn, space, name, named);
    return near ? [`${from} names ${host}, and there is no Service ${name}; there is ${near}.`] : [];
  });
  return [...new Set(found)].sort();
}

function lacksPort({ spec }: Service, port: number | undefined): boolean {
  if (port === undefined || !spec?.ports?.length || spec.type === 'ExternalName' || spec.clusterIP === 'None')
    return false;
  return !spec.ports.some((each) => each.port === port);
}

/** A Service whose name differs by a slip or an addition, and which the workload does not name otherwise. */
function nearMiss(
  turn: Turn,
  namespace: string,
  name: string,
  named: ReadonlySet<string | undefined>,
): string | undefined {
  const others = objectsOf(turn, 'Service', namespace).map((each) => each.metadata.name);
  return others.sort().find((other) => !named.has(`${namespace}/${other}`) && isNear(name, other));
}

const LONG_ENOUGH = 5;

export function isNear(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short.length < LONG_ENOUGH) return false;
  if (long.startsWith(`${short}-`) || long.endsWith(`-${short}`)) return true;
  return long.length - short.length <= 1 && slips(a, b) <= 1;
}

/** Letters that differ: one left out, added, exchanged or swapped with its neighbour counts as one. */
function slips(a: string, b: string): number {
  let from = 0;
  while (from < a.length && a[from] === b[from]) from++;
  let back = 0;
  while (back < Math.min(a.length, b.length) - from && a[a.length - 1 - back] === b[b.length - 1 - back]) back++;
  const [left, right] = [a.slice(from, a.length - back), b.slice(from, b.length - back)];
  const swapped = left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
  return swapped ? 1 : Math.max(left.length, right.length);
}
