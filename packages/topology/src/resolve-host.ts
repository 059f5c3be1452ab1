// Which entity a host stands for.
import { entityKey } from '@winnow/contracts';
import { addressesOf } from './address.ts';
import { first, homeKey } from './home.ts';
import { isClusterName } from './host-name.ts';
import type { Indexes } from './indexes.ts';

/**
 * The key of the entity behind a host as seen from a namespace: the Service; where none is known a workload of that name; a
 * Service that is not there, for names that only cluster DNS could know; else an external Host.
 */
export function resolveHost(at: Indexes, host: string, namespace: string): string {
  const addresses = addressesOf(host, namespace);
  for (const address of addresses) {
    const found = behind(at, address);
    if (found !== undefined) return found;
  }
  const inCluster = isClusterName(host) || !host.includes('.');
  return inCluster ? `Service/${addresses[0]}` : entityKey({ kind: 'Host', name: host });
}

/** What answers at `namespace/name`, where anything does. */
export function behind(at: Indexes, address: string): string | undefined {
  if (at.exists(`Service/${address}`)) return `Service/${address}`;
  const workload = first(at.workloads.get(address));
  if (workload !== undefined) return homeKey(at, workload);
  const service = `Service/${address}`;
  return at.declaredFrom.has(service) || at.declaredTo.has(service) ? service : undefined;
}
