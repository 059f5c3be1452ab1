// Who posted alerts. Several Prometheus may post from one address (one machine, one proxy): each names itself in `generatorURL`.
import type { FastifyRequest } from 'fastify';
import type { ItemsByCluster } from './read-body.ts';

/**
 * `10.4.0.7 http://prometheus-0:9090`; the address alone where its alerts name no origin. Undefined for what is no alert. A sender that
 * has credentials of its own has their name in the place of its address, which may be a proxy's, or another after its restart.
 */
export function senderOf(
  { ip }: Pick<FastifyRequest, 'ip'>,
  clusters: ItemsByCluster,
  name: string = ip,
): string | undefined {
  const [lists] = clusters.values();
  const first = lists?.[0]?.find((item) => item.type === 'alert');
  if (first === undefined) return undefined;
  const origin = originOf(first.generatorURL);
  return origin === undefined ? name : `${name} ${origin}`;
}

/** The origin holds no path, query or password. */
function originOf(url: string | undefined): string | undefined {
  const origin = url !== undefined && URL.canParse(url) ? new URL(url).origin : 'null';
  return origin === 'null' ? undefined : origin.slice(0, 200);
}
