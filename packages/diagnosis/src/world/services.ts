// Services: whom they select, who was meant, and which Service a host name or address stands for.
import { type EntityRef, entity, entityKey, type Pod, type Service } from '@winnow/contracts';
import type { ObjectIndex } from './objects.ts';
import { matchesLabels } from './selectors.ts';
import type { Workload, Workloads } from './workloads.ts';

export interface ServiceView {
  readonly ref: EntityRef;
  readonly key: string;
  readonly object: Service;
  readonly selector: Readonly<Record<string, string>>;
  readonly pods: readonly Pod[];
  /** Workloads whose pods, or pod template, the selector matches. */
  readonly selected: readonly Workload[];
  /** Ready addresses behind it as the endpoints say; undefined where there are no endpoints to be seen. */
  readonly readyAddresses: number | undefined;
}

/** What a host and port in env, args or a log stand for. */
export interface Target {
  readonly host: string;
  readonly port: number | undefined;
  readonly service?: ServiceView;
  readonly workload?: Workload;
  /** It is a name of this cluster, and no Service has it. */
  readonly missing: boolean;
  readonly external: boolean;
}

export interface Services {
  readonly all: readonly ServiceView[];
  get(namespace: string | undefined, name: string): ServiceView | undefined;
  resolve(host: string, port: number | undefined, namespace: string): Target;
  /** The workload behind a Service: selected, else of the same name. */
  behind(service: ServiceView): Workload | undefined;
}

export function findServices(objects: ObjectIndex, workloads: Workloads): Services {
  const all = objects.all('Service').map((object) => view(objects, workloads, object));
  const byKey = new Map(all.map((each) => [each.key, each]));
  const byAddress = new Map(all.flatMap((each) => addressOf(each.object).map((ip) => [ip, each] as const)));
  const byPodAddress = new Map(
    workloads.all.flatMap((each) =>
      each.pods.flatMap((pod) => (pod.status?.podIP ? [[pod.status.podIP, each] as const] : [])),
    ),
  );
  const namespaces = new Set([
    ...all.map((each) => each.ref.namespace ?? ''),
    ...objects.all('Namespace').map((each) => each.metadata.name),
  ]);
  const get = (namespace: string | undefined, name: string) => byKey.get(entityKey(entity('Service', namespace, name)));
  const behind = (service: ServiceView) =>
    service.selected.find((each) => each.pods.length > 0) ??
    service.selected[0] ??
    workloads.all.find((each) => each.namespace === service.ref.namespace && each.name === service.ref.name);

  function resolve(host: string, port: number | undefined, from: string): Target {
    if (/^[\d.]+$|:/.test(host)) return address(host, port);
    const labels = host.toLowerCase().replace(/\.$/, '').split('.');
    const inside = labels.length <= 1 || labels[2] === 'svc' || labels[3] === 'svc' || namespaces.has(labels[1] ?? '');
    if (!inside || host === 'localhost') return { host, port, missing: false, external: true };
    const pod = labels[3] === 'svc' ? labels[0] : undefined;
    const [name = '', namespace = from] = pod ? labels.slice(1) : labels;
    const service = get(namespace, name);
    const missing = !service && objects.sees('Service', namespace);
    return { host, port, ...targetOf(service), missing, external: false };
  }

  function address(ip: string, port: number | undefined): Target {
    const service = byAddress.get(ip);
    const workload = service ? behind(service) : byPodAddress.get(ip);
    return {
      host: ip,
      port,
      ...(service ? { service } : {}),
      ...(workload ? { workload } : {}),
      missing: false,
      external: false,
    };
  }

  function targetOf(service: ServiceView | undefined): Pick<Target, 'service' | 'workload'> {
    if (!service) return {};
    const workload = behind(service);
    return workload ? { service, workload } : { service };
  }

  return { all, get, resolve, behind };
}

function addressOf(service: Service): string[] {
  const ip = service.spec?.clusterIP;
  return ip && ip !== 'None' ? [ip] : [];
}

function view(objects: ObjectIndex, workloads: Workloads, object: Service): ServiceView {
  const namespace = object.metadata.namespace;
  const ref = entity('Service', namespace, object.metadata.name);
  const selector = object.spec?.selector ?? {};
  const chosen = Object.keys(selector).length > 0;
  const near = workloads.all.filter((each) => each.namespace === namespace);
  const pods = chosen
    ? near.flatMap((each) => each.pods.filter((pod) => matchesLabels(selector, pod.metadata.labels)))
    : [];
  const selected = chosen
    ? near.filter(
        (each) =>
          each.pods.some((pod) => matchesLabels(selector, pod.metadata.labels)) || matchesTemplate(selector, each),
      )
    : [];
  return { ref, key: entityKey(ref), object, selector, pods, selected, readyAddresses: ready(objects, object) };
}

function matchesTemplate(selector: Readonly<Record<string, string>>, workload: Workload): boolean {
  return Object.keys(workload.labels).length > 0 && matchesLabels(selector, workload.labels);
}

function ready(objects: ObjectIndex, service: Service): number | undefined {
  const { namespace, name } = service.metadata;
  const slices = objects
    .all('EndpointSlice', namespace)
    .filter((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === name);
  if (slices.length > 0)
    return slices
      .flatMap((slice) => slice.endpoints ?? [])
      .filter((endpoint) => endpoint.conditions?.ready !== false)
      .reduce((sum, endpoint) => sum + (endpoint.addresses?.length ?? 0), 0);
  const endpoints = objects.get('Endpoints', namespace, name);
  return (
    endpoints?.subsets?.reduce((sum, subset) => sum + (subset.addresses?.length ?? 0), 0) ?? (endpoints ? 0 : undefined)
  );
}
