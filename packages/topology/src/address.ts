// What a host's name may mean in the terms of a cluster.
import { isClusterName } from './host-name.ts';

/** Every address under which a host may be looked up from a namespace, likeliest first: `namespace/name`, or `host` as it stands. */
export function addressesOf(host: string, namespace: string): readonly string[] {
  const parts = host.split('.');
  if (isClusterName(host)) return clusterAddress(parts.slice(0, parts.indexOf('svc')));
  if (parts.length === 1) return [`${namespace}/${host}`];
  if (parts.length === 2) return [`${parts[1]}/${parts[0]}`, `${namespace}/${parts[1]}`, host];
  if (parts.length === 3) return [`${parts[2]}/${parts[1]}`, host];
  return [host];
}

/** `name.namespace`, or `pod.name.namespace` of a headless Service. */
function clusterAddress(parts: readonly string[]): string[] {
  const [namespace, name] = [...parts].reverse();
  return [`${namespace}/${name}`];
}
