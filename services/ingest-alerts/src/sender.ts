// Who posted alerts. Several Prometheus may post from one address (one machine, one proxy): each names itself in `generatorURL`.
import type { Source } from '@winnow/contracts';
import type { FastifyRequest } from 'fastify';
import type { ItemsByCluster } from './read-body.ts';

export interface Posted {
  readonly source: Source;
  readonly clusters: ItemsByCluster;
  /** Of credentials of its own: it stands in the place of the address, which may be a proxy's, or another after a restart. */
  readonly name?: string | undefined;
}

/**
 * `10.4.0.7 http://prometheus-0:9090`; the address alone where its alerts name no origin, and for webhooks: what those forward names
 * others. Undefined for what is no alert.
 */
export function senderOf(
  { ip }: Pick<FastifyRequest, 'ip'>,
  { source, clusters, name = ip }: Posted,
): string | undefined {
  const [lists] = clusters.values();
  const first = lists?.[0]?.find((item) => item.type === 'alert');
  if (first === undefined) return undefined;
  const origin = source === 'alertmanager.alerts' ? originOf(first.generatorURL) : undefined;
  return origin === undefined ? name : `${name} ${origin}`;
}

/** The origin holds no path, query or password. */
function originOf(url: string | undefined): string | undefined {
  const origin = url !== undefined && URL.canParse(url) ? new URL(url).origin : 'null';
  return origin === 'null' ? undefined : origin.slice(0, 200);
}
