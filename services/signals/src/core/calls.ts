// Which Services an object's configuration names.
import type { TopologyFacts } from '@winnow/contracts';

/** `namespace/name` of in-cluster Services among the hosts; names of other places are left out. */
export function servicesNamed(facts: TopologyFacts, namespace: string | undefined): string[] {
  const found = new Set<string>();
  for (const { host } of facts.hosts ?? []) {
    const service = serviceOfHost(host, namespace);
    if (service) found.add(service);
  }
  for (const { type, to } of facts.refs ?? []) {
    if (type === 'calls' && to.kind === 'Service') found.add(`${to.namespace ?? namespace ?? ''}/${to.name}`);
  }
  return [...found].sort();
}

/** `name`, `name.namespace`, `name.namespace.svc…`. */
export function serviceOfHost(host: string, namespace: string | undefined): string | undefined {
  const [name = '', second, third] = host.replace(/:\d+$/, '').split('.');
  if (!/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name)) return undefined;
  if (second === undefined) return namespace ? `${namespace}/${name}` : undefined;
  return third === undefined || third === 'svc' ? `${second}/${name}` : undefined;
}
