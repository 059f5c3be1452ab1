// A stage on tables in memory, and literal arrivals for it: given these, when that arrives, then so.
import type { AlertItem, AuditItem, EventItem, Item, KubeObject, Shed, SignalRecord, Source } from '@winnow/contracts';
import { type Emission, type LedgerCell, openTables } from '@winnow/stream';
import { signalsStage } from '../core.ts';

const START = Date.parse('2026-03-08T15:00:00.000Z');
/** Seconds after the start as a text. */
export const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString();

export type SignalTold = Extract<SignalRecord, { type: 'signal' }>;

export function givenStage(cluster = 'prod') {
  const stage = signalsStage();
  let set = openTables(stage.tables);
  let state = stage.open(set.tables);
  const blobs: Uint8Array[] = [];
  const ledger: LedgerCell[] = [];
  const emitted: Emission[] = [];
  let offset = 0;

  /** One envelope; answers what came of it. */
  function arrives(
    seconds: number,
    source: Source,
    items: readonly Item[],
    more: {
      instance?: string;
      line?: number;
      sender?: string;
      cluster?: string;
      originalAt?: number;
      shed?: readonly Shed[];
      refused?: number;
    } = {},
  ) {
    const { instance = 'one', line, sender, cluster: place = cluster, originalAt, ...missing } = more;
    const sent = sender === undefined ? {} : { sender };
    const origin = line === undefined ? {} : { origin: { arrival: offset, line } };
    const head = { schema: 1, tenant: 'default', cluster: place, source, instance, ...sent };
    const replay = originalAt === undefined ? {} : { originalAt: at(originalAt), replayOf: 'dl-1' };
    const value = { ...head, at: at(seconds), items, ...missing, ...origin, ...replay };
    const record = {
      topic: 'winnow.observations',
      partition: 0,
      offset: offset++,
      key: cluster,
      headers: {},
      value,
    } as const;
    const outcome = stage.decide(state, structuredClone(record));
    ledger.push(...(outcome.ledger ?? []));
    emitted.push(...(outcome.emit ?? []));
    blobs.push(set.takeDelta());
    return {
      outcomes: (outcome.ledger ?? []).map((cell) => `${cell.outcome}${cell.reason && `:${cell.reason}`}`),
      told: signalsIn(outcome.emit ?? []),
      emit: outcome.emit ?? [],
    };
  }

  /** Heartbeats of these sources every 5 s, both ends included. `sender`: of who sends alerts through them, too. */
  function heard(
    from: number,
    to: number,
    sources: readonly Source[] = ['kubernetes.event', 'kubernetes.object', 'alertmanager.alerts', 'audit.event'],
    sender?: string,
  ) {
    const through = sender === undefined ? {} : { sender };
    const items = sources.map((source) => ({ type: 'heartbeat' as const, source, instance: 'one', ...through }));
    const told: SignalTold[] = [];
    for (let seconds = from; seconds <= to; seconds += 5) told.push(...arrives(seconds, 'heartbeat', items).told);
    return told;
  }

  /** Loads the partition again from what was committed. */
  function reload(): void {
    set = openTables(stage.tables);
    for (const blob of blobs) if (blob.length > 0) set.apply(blob);
    state = stage.open(set.tables);
  }

  const senders = () => state.senders.entries();
  return { arrives, heard, reload, ledger, emitted, senders, tables: () => set.tables };
}

export const signalsIn = (emit: readonly Emission[]): SignalTold[] =>
  emit.filter((each) => each.type === 'signal').map((each) => each.value as SignalTold);
export const brief = ({ transition, signal }: SignalTold): string =>
  `${transition} ${signal.symptom} ${signal.entity.kind}/${signal.entity.name}${signal.closedBy ? ` ${signal.closedBy}` : ''}`;

export const object = (object: object, change: 'ADDED' | 'MODIFIED' | 'DELETED' = 'ADDED'): Item => ({
  type: 'object',
  change,
  object: object as KubeObject,
});

let version = 0;
const metadata = (name: string, more: object = {}) => ({
  name,
  namespace: 'shop',
  uid: `uid-${name}`,
  resourceVersion: String(++version),
  creationTimestamp: at(-3600),
  ...more,
});

export const deployment = (
  name: string,
  more: {
    replicas?: number;
    ready?: number;
    image?: string;
    conditions?: object[];
    metadata?: object;
    env?: object[];
  } = {},
) => {
  const { replicas = 1, ready = replicas, image = 'acme/app:1', conditions = [], env = [] } = more;
  const template = { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image, env }] } };
  const status = { replicas, readyReplicas: ready, availableReplicas: ready, conditions };
  return {
    kind: 'Deployment',
    metadata: metadata(name, more.metadata),
    spec: { replicas, selector: { matchLabels: { app: name } }, template },
    status,
  };
};

export const replicaSet = (
  owner: string,
  hash = 'abc123',
  more: { replicas?: number; ready?: number; conditions?: object[] } = {},
) => ({
  kind: 'ReplicaSet',
  metadata: metadata(`${owner}-${hash}`, {
    ownerReferences: [{ kind: 'Deployment', name: owner, controller: true }],
    labels: { app: owner, 'pod-template-hash': hash },
  }),
  spec: { replicas: more.replicas ?? 1 },
  status: { replicas: more.replicas ?? 1, readyReplicas: more.ready ?? 1, conditions: more.conditions ?? [] },
});

interface PodMore {
  readonly ready?: boolean;
  readonly phase?: string;
  readonly readySince?: number;
  readonly started?: number;
  readonly status?: object;
  readonly container?: object;
  readonly metadata?: object;
  readonly spec?: object;
}

/** A pod of `owner`'s ReplicaSet: well, unless told otherwise. */
export const pod = (owner: string, more: PodMore = {}) => {
  const { ready = true, phase = 'Running', readySince = -3000, started = -3000 } = more;
  const container = {
    name: 'app',
    ready,
    restartCount: 0,
    state: { running: { startedAt: at(started) } },
    ...more.container,
  };
  const conditions = [
    { type: 'PodScheduled', status: 'True', lastTransitionTime: at(started) },
    { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: at(readySince) },
  ];
  return {
    kind: 'Pod',
    metadata: metadata(`${owner}-abc123-xk2lp`, {
      labels: { app: owner, 'pod-template-hash': 'abc123' },
      ownerReferences: [{ kind: 'ReplicaSet', name: `${owner}-abc123`, controller: true }],
      ...more.metadata,
    }),
    spec: { nodeName: 'n1', containers: [{ name: 'app', image: 'acme/app:1' }], ...more.spec },
    status: { phase, startTime: at(started), conditions, containerStatuses: [container], ...more.status },
  };
};

export const podName = (owner: string) => `${owner}-abc123-xk2lp`;

export const crashLooping = (owner: string, finished: number, restartCount = 3) =>
  pod(owner, {
    ready: false,
    readySince: finished,
    container: {
      ready: false,
      restartCount,
      state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } },
      lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: at(finished) } },
    },
  });

let events = 0;
export const event = (
  reason: string,
  message: string,
  more: Partial<EventItem> & { about?: string; seconds?: number } = {},
): EventItem => {
  const { about = 'Pod/api-abc123-xk2lp', seconds, ...rest } = more;
  const [kind = '', name = ''] = about.split('/');
  const told = seconds === undefined ? {} : { firstAt: at(seconds), lastAt: at(seconds) };
  const regarding = kind === 'Node' ? { kind, name } : { kind, namespace: 'shop', name };
  return {
    type: 'event',
    uid: `ev-${++events}`,
    resourceVersion: String(++version),
    regarding,
    reason,
    message,
    eventType: 'Warning',
    count: 1,
    reporter: 'kubelet',
    ...told,
    ...rest,
  };
};

export const alert = (
  alertname: string,
  labels: Record<string, string> = {},
  more: Partial<AlertItem> = {},
): AlertItem => ({
  type: 'alert',
  fingerprint: Array.from(`${alertname}${JSON.stringify(labels)}`)
    .reduce((hash, letter) => (hash * 31n + BigInt(letter.charCodeAt(0))) & 0xffffffffffffffffn, 7n)
    .toString(16)
    .padStart(16, '0'),
  status: 'firing',
  labels: { alertname, namespace: 'shop', severity: 'warning', ...labels },
  annotations: { description: `${alertname} fires` },
  ...more,
});

export const audit = (verb: string, resource: string, more: Partial<AuditItem> = {}): AuditItem => ({
  type: 'audit',
  auditID: `audit-${++events}`,
  stage: 'ResponseComplete',
  verb,
  resource,
  user: 'bob@acme.example',
  code: 200,
  ...more,
});
