// Whom a caller means, where only the caller tells.
import type { Peer, ServiceName } from './span.ts';

/**
 * A Service of the cluster where the host is a name that only cluster DNS knows, or a bare one, which DNS completes with the caller's
 * namespace. Else the other side's own name, or the host as it stands, with no namespace: what they are the cluster's objects tell.
 */
export function peerName({ service, host }: Peer, caller: ServiceName): ServiceName | undefined {
  const inside = host === undefined ? undefined : serviceOfHost(host, caller);
  if (inside) return inside;
  const outside = service ?? host;
  return outside === undefined ? undefined : { namespace: '', service: outside };
}

/** `cart`, `cart.shop.svc`, `0.cart.shop.svc.cluster.local`. */
export function serviceOfHost(host: string, caller: ServiceName): ServiceName | undefined {
  const parts = host.split('.');
  const end = parts.indexOf('svc');
  const [namespace, service] = parts.slice(0, end).reverse();
  if (end >= 2 && namespace && service) return { namespace, service };
  // An address of IPv6 has no dots either.
  return parts.length === 1 && !host.includes(':') ? { namespace: caller.namespace, service: host } : undefined;
}
