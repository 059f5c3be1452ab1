// Small literal dossiers for tests: workloads with their pods as the API server shows them.
import {
  type Change,
  type Dossier,
  type EntityRef,
  type EventItem,
  entity,
  type KubeObject,
  type MetricSeries,
  readKubeObject,
  type SymptomId,
  symptoms,
} from '@winnow/contracts';

export const NAMESPACE = 'shop';
export const NOW = '2026-03-08T15:30:00.000Z';
const CREATED = '2026-03-08T15:20:00Z';

export function kube(raw: Record<string, unknown>): KubeObject {
  const read = readKubeObject(raw);
  if (!('object' in read)) throw new Error(`${read.field}: ${read.expected}`);
  return read.object;
}

const meta = (name: string, more: Record<string, unknown> = {}) => ({
  name,
  namespace: NAMESPACE,
  creationTimestamp: CREATED,
  ...more,
});

interface WorkloadOptions {
  readonly kind?: string;
  readonly labels?: Record<string, string>;
  readonly replicas?: number;
  /** Pods that exist; one where absent. */
  readonly pods?: number;
  readonly container?: Record<string, unknown>;
  readonly init?: Record<string, unknown>;
  readonly spec?: Record<string, unknown>;
  /** containerStatuses[0] beside its name. */
  readonly status?: Record<string, unknown>;
  readonly initStatus?: Record<string, unknown>;
  readonly pod?: { readonly phase?: string; readonly node?: string | null; readonly conditions?: readonly unknown[] };
}

/** A Deployment (or another kind), and its pods `<name>-0`, …; by default one that is ready. */
export function workload(name: string, options: WorkloadOptions = {}): readonly KubeObject[] {
  const kind = options.kind ?? 'Deployment';
  const labels = options.labels ?? { app: name };
  const container = { name, image: `registry.example/${name}:1.0`, ...options.container };
  const spec = {
    ...options.spec,
    containers: [container],
    ...(options.init ? { initContainers: [{ name: 'init', ...options.init }] } : {}),
  };
  const count = options.pods ?? options.replicas ?? 1;
  const node = options.pod?.node === null ? {} : { nodeName: options.pod?.node ?? 'node-1' };
  const owner = { kind, name, controller: true };
  const pods = Array.from({ length: count }, (_, index) =>
    kube({
      kind: 'Pod',
      metadata: meta(`${name}-${index}`, { labels, ownerReferences: [owner] }),
      spec: { ...spec, ...node },
      status: {
        phase: options.pod?.phase ?? 'Running',
        podIP: `10.1.0.${name.length}${index}`,
        conditions: options.pod?.conditions ?? [],
        containerStatuses: [
          { name: container.name, ready: true, restartCount: 0, state: { running: {} }, ...options.status },
        ],
        ...(options.init ? { initContainerStatuses: [{ name: 'init', ...options.initStatus }] } : {}),
      },
    }),
  );
  const template = { metadata: { labels }, spec };
  return [kube({ kind, metadata: meta(name), spec: { replicas: options.replicas ?? 1, template } }), ...pods];
}

export function service(
  name: string,
  options: { selector?: Record<string, string>; port?: number; targetPort?: number | string; protocol?: string } = {},
): KubeObject {
  const { selector = { app: name }, port = 8080, targetPort = port, protocol = 'TCP' } = options;
  return kube({
    kind: 'Service',
    metadata: meta(name),
    spec: { clusterIP: `10.0.0.${name.length}`, selector, ports: [{ name: 'main', port, targetPort, protocol }] },
  });
}

/** A container that ended, and waits to be started again. */
export function crashed(
  exitCode: number,
  options: { reason?: string; lived?: number; restarts?: number; message?: string } = {},
) {
  const started = Date.parse('2026-03-08T15:25:00Z');
  return {
    ready: false,
    restartCount: options.restarts ?? 5,
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: {
      terminated: {
        exitCode,
        reason: options.reason ?? 'Error',
        message: options.message,
        startedAt: new Date(started).toISOString(),
        finishedAt: new Date(started + (options.lived ?? 3) * 1000).toISOString(),
      },
    },
  };
}

export function event(regarding: EntityRef, reason: string, message: string, more: Partial<EventItem> = {}): EventItem {
  return {
    type: 'event',
    regarding,
    reason,
    message,
    eventType: 'Warning',
    count: 3,
    lastAt: '2026-03-08T15:29:00.000Z',
    ...more,
  };
}

export const pod = (name: string, index = 0) => entity('Pod', NAMESPACE, `${name}-${index}`);
export const deployment = (name: string) => entity('Deployment', NAMESPACE, name);

interface Options {
  readonly objects?: readonly (KubeObject | readonly KubeObject[])[];
  readonly members: readonly (readonly [EntityRef, SymptomId, string?])[];
  readonly events?: readonly EventItem[];
  /** By workload name: lines of the last run of its first pod. */
  readonly logs?: Readonly<Record<string, string>>;
  readonly container?: Readonly<Record<string, string>>;
  readonly metrics?: readonly MetricSeries[];
  readonly changes?: readonly Change[];
  readonly edges?: Dossier['edges'];
  readonly checks?: Partial<Dossier['checks']>;
}

export function dossier(options: Options): Dossier {
  const members = options.members.map(([ref, symptom, message], index) => ({
    signal: {
      id: `sig-${index}`,
      entity: ref,
      subjects: [],
      symptom,
      reason: symptoms[symptom].title,
      severity: symptoms[symptom].severity,
      sources: ['kubernetes.object'],
      messages: message ? [message] : [],
      count: 1,
      firstSeen: NOW,
      lastSeen: NOW,
      attributes: {},
      status: 'open' as const,
      observations: [],
      why: '',
    },
    why: { rule: 'test', score: 1, path: [] },
  }));
  const head = { schema: 1 as const, tenant: 'default', cluster: 'test' };
  return {
    ...head,
    at: NOW,
    incident: {
      ...head,
      id: 'inc-1',
      revision: 1,
      status: 'open',
      severity: 'high',
      openedAt: NOW,
      updatedAt: NOW,
      members,
      roots: [],
      ready: true,
      traceId: '0',
    },
    blastRadius: { scope: 'workload', workloads: 1, namespaces: 1, nodes: 1 },
    objects: (options.objects ?? []).flat() as KubeObject[],
    edges: options.edges ?? [],
    changes: [...(options.changes ?? [])],
    events: [...(options.events ?? [])],
    logs: Object.entries(options.logs ?? {}).map(([name, text]) => ({
      namespace: NAMESPACE,
      pod: `${name}-0`,
      container: options.container?.[name] ?? name,
      previous: true,
      lines: text.split('\n').filter((line) => line.trim() !== ''),
      omitted: 0,
    })),
    metrics: [...(options.metrics ?? [])],
    checks: { connectivity: [], nodeServices: [], ...options.checks },
    lookups: [],
  };
}

export function change(ref: EntityRef, path: string, before: string, after: string): Change {
  return {
    schema: 1,
    id: 'chg-1',
    tenant: 'default',
    cluster: 'test',
    at: '2026-03-08T15:24:00.000Z',
    entity: ref,
    kind: 'updated',
    summary: `${path} changed`,
    diff: [{ path, before, after }],
    observations: [],
  };
}
