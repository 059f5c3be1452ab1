// Which kinds are watched, and in which order their first lists are read: what tells most comes first, and owners before what they own,
// so that a symptom is laid at the right door at once.
import { qualifiedKind, type Source } from '@winnow/contracts';
import type { ApiResource } from '../api-server.ts';

export interface KindRule {
  readonly group: string;
  readonly resource: string;
  /** Nothing is amiss where it may not be read: it is left out of the shipped role on purpose. */
  readonly optional?: true;
  /** Only watched where this one (`resource.group`) is not served: it tells the same. */
  readonly insteadOf?: string;
}

const inGroup = (group: string, resources: string): KindRule[] =>
  resources.split(' ').map((resource) => ({ group, resource }));

/** What symptoms, the graph and hypotheses are made of. */
export const kindRules: readonly KindRule[] = [
  ...inGroup('', 'nodes'),
  ...inGroup('apps', 'deployments replicasets statefulsets daemonsets'),
  ...inGroup('batch', 'cronjobs jobs'),
  ...inGroup('', 'pods services events'),
  ...inGroup('discovery.k8s.io', 'endpointslices'),
  { group: '', resource: 'endpoints', insteadOf: 'endpointslices.discovery.k8s.io' },
  ...inGroup('', 'persistentvolumeclaims namespaces configmaps'),
  ...inGroup('networking.k8s.io', 'ingresses ingressclasses networkpolicies'),
  ...inGroup('storage.k8s.io', 'storageclasses'),
  ...inGroup('', 'persistentvolumes resourcequotas limitranges serviceaccounts replicationcontrollers'),
  ...inGroup('autoscaling', 'horizontalpodautoscalers'),
  ...inGroup('policy', 'poddisruptionbudgets'),
  ...inGroup('scheduling.k8s.io', 'priorityclasses'),
  ...inGroup('node.k8s.io', 'runtimeclasses'),
  { group: '', resource: 'secrets', optional: true },
];

export interface WatchedKind {
  /** `pods`, `deployments.apps`. */
  readonly id: string;
  /** `/apis/apps/v1/deployments` */
  readonly path: string;
  readonly apiVersion: string;
  /** As the API server calls it. */
  readonly apiKind: string;
  /** As facts call it: kinds of other groups that share a name are told apart. */
  readonly kind: string;
  readonly source: Extract<Source, 'kubernetes.object' | 'kubernetes.event'>;
  readonly optional: boolean;
}

/** `pods`, `deployments.apps` */
export const kindId = ({ group, resource }: Pick<KindRule, 'group' | 'resource'>): string =>
  group === '' ? resource : `${resource}.${group}`;

/** `group/resource`, or `resource` of the core group. Undefined where it is neither. */
export function readKindRule(text: string): KindRule | undefined {
  const found = /^(?:([a-z0-9.-]*)\/)?([a-z0-9][a-z0-9-]*)$/.exec(text.trim());
  return found ? { group: found[1] ?? '', resource: found[2]!, optional: true } : undefined;
}

export interface ChosenKinds {
  readonly watched: readonly WatchedKind[];
  /** Ids of the kinds that the cluster does not serve. */
  readonly missing: readonly string[];
}

/** The kinds that this cluster serves, each in its best version, in the order in which they are to be listed. */
export function chooseKinds(resources: readonly ApiResource[], extra: readonly KindRule[] = []): ChosenKinds {
  const served = new Map<string, ApiResource>();
  for (const each of resources) {
    const id = kindId(each);
    const known = served.get(id);
    if (isWatchable(each) && (!known || isBetter(each.version, known.version))) served.set(id, each);
  }
  const named = new Set(kindRules.map(kindId));
  const rules = [...kindRules, ...extra.filter((rule) => !named.has(kindId(rule)))];
  const wanted = rules.filter((rule) => rule.insteadOf === undefined || !served.has(rule.insteadOf));
  return {
    watched: wanted.flatMap((rule) => {
      const found = served.get(kindId(rule));
      return found ? [watchedKind(found, rule)] : [];
    }),
    missing: wanted.map(kindId).filter((id) => !served.has(id)),
  };
}

const isWatchable = ({ verbs }: ApiResource): boolean => verbs.includes('list') && verbs.includes('watch');

function watchedKind({ group, version, resource, kind }: ApiResource, rule: KindRule): WatchedKind {
  const apiVersion = group === '' ? version : `${group}/${version}`;
  return {
    id: kindId(rule),
    path: `/${group === '' ? 'api' : 'apis'}/${apiVersion}/${resource}`,
    apiVersion,
    apiKind: kind,
    kind: qualifiedKind(kind, apiVersion),
    source: group === '' && kind === 'Event' ? 'kubernetes.event' : 'kubernetes.object',
    optional: rule.optional === true,
  };
}

const stages = ['alpha', 'beta', ''];

/** Kubernetes' own order of versions: v2, v1, v2beta1, v1beta2, v1alpha1. */
function isBetter(a: string, b: string): boolean {
  const [mine, theirs] = [rankOf(a), rankOf(b)];
  const at = mine.findIndex((each, i) => each !== theirs[i]);
  return at >= 0 && mine[at]! > theirs[at]!;
}

function rankOf(version: string): number[] {
  const [, major, stage = '', minor] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
  return major === undefined ? [-1, 0, 0] : [stages.indexOf(stage), Number(major), Number(minor ?? 0)];
}
