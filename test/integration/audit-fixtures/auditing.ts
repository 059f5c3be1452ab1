// A real API server that is heard in three ways at once: its audit webhook, its audit log as a file, and watches; all of it folded by the
// stage that decides.
import type { AddressInfo } from 'node:net';
import type { Change, Envelope, SignalRecord } from '@winnow/contracts';
import { createIntakeClock, readAlertIntakeConfig, startAlertIntake } from '@winnow/ingest-alerts';
import { type AuditFile, readAuditBody, startAuditFile } from '@winnow/ingest-audit';
import { readClusterIngestConfig, startClusterIngest } from '@winnow/ingest-cluster';
import { connect, createDiscovery, loadContexts } from '@winnow/kubernetes';
import { signalsStage } from '@winnow/signals';
import { createMemoryCheckpoints, type Emission, type LedgerCell, openTables } from '@winnow/stream';
import Fastify from 'fastify';
import { type Kubernetes, startKubernetes, until } from '../../servers/index.ts';

const CLUSTER = 'test';

/** Everything in full, also what holds secrets; reads of applications by name alone, those of the control plane not at all. */
const policy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitManagedFields: true,
  rules: [
    {
      level: 'None',
      resources: [{ group: '', resources: ['events'] }, { group: 'events.k8s.io' }, { group: 'coordination.k8s.io' }],
    },
    { level: 'Metadata', users: ['system:serviceaccount:default:reporter'] },
    { level: 'None', verbs: ['get', 'list', 'watch'] },
    { level: 'None', users: ['system:apiserver'] },
    { level: 'RequestResponse' },
  ],
};

export interface Auditing extends AsyncDisposable {
  readonly kubernetes: Kubernetes;
  readonly file: AuditFile;
  readonly log: readonly Envelope[];
  /** The last word on each change, by id. */
  changes(): readonly Change[];
  /** Changes as they were put to grouping: once each. */
  told(): readonly string[];
  signals(): readonly Extract<SignalRecord, { type: 'signal' }>['signal'][];
  ledger(): Readonly<Record<string, number>>;
}

export async function startAuditing(): Promise<Auditing> {
  const fold = createFold();
  const log: Envelope[] = [];
  const append = async (envelopes: readonly Envelope[]) => {
    for (const envelope of envelopes) {
      log.push(structuredClone(envelope));
      fold.take(envelope);
    }
  };
  const fastify = Fastify({ forceCloseConnections: true });
  const audit = { read: readAuditBody, array: 'items' };
  const intake = startAlertIntake(fastify, { config: readAlertIntakeConfig({}), cluster: CLUSTER, append, audit });
  await fastify.listen({ host: '127.0.0.1', port: 0 });
  const { port } = fastify.server.address() as AddressInfo;

  const kubernetes = await startKubernetes({
    auditPolicy: policy,
    auditWebhook: `http://127.0.0.1:${port}/clusters/${CLUSTER}/webhooks/audit`,
    auditLog: true,
    // MiB: small enough to be rotated by what a test writes.
    apiServerArgs: ['--audit-log-maxsize=1', '--audit-log-maxbackup=20'],
  });
  const shared = { tenant: 'default', append, checkpoints: createMemoryCheckpoints() };
  const file = startAuditFile({
    ...shared,
    path: kubernetes.auditLogFile!,
    cluster: CLUSTER,
    instance: 'file',
    now: createIntakeClock(),
    lookEvery: 50,
  });
  const [context] = loadContexts({ kubeconfig: kubernetes.kubeconfig });
  const api = connect({ ...context!, name: CLUSTER });
  const discovery = createDiscovery(api, {});
  const silent = () => undefined;
  const watch = startClusterIngest({
    ...shared,
    clusters: [{ api, discover: () => discovery.resources() }],
    config: readClusterIngestConfig({}),
    logger: { info: silent, warn: silent },
  });
  // What a first list holds is not new.
  await until(
    () => watch.status().every(({ state }) => state === 'connected') && watch.status().length > 0,
    () => JSON.stringify(watch.status()),
  );
  return {
    ...fold,
    kubernetes,
    file,
    log,
    async [Symbol.asyncDispose]() {
      await Promise.all([watch.stop(), file.stop()]);
      await api.close();
      await kubernetes.stop();
      await intake.stop();
      await fastify.close();
    },
  };
}

function createFold() {
  const stage = signalsStage();
  const set = openTables(stage.tables);
  const state = stage.open(set.tables);
  const emitted: Emission[] = [];
  const cells: LedgerCell[] = [];
  let offset = 0;
  const of = (topic: string, type: string) =>
    emitted.filter((each) => each.topic === topic && each.type === type).map(({ value }) => value);
  return {
    take(value: Envelope): void {
      const head = {
        topic: 'winnow.observations',
        partition: 0,
        offset: offset++,
        key: value.cluster,
        headers: {},
      } as const;
      const { emit = [], ledger = [] } = stage.decide(state, { ...head, value: structuredClone(value) });
      emitted.push(...structuredClone(emit));
      cells.push(...ledger);
      set.takeDelta();
    },
    changes: () => [...new Map((of('winnow.changes', 'change') as Change[]).map((each) => [each.id, each])).values()],
    told: () => (of('winnow.signals', 'change') as { change: string }[]).map(({ change }) => change),
    signals: () =>
      (of('winnow.signals', 'signal') as Extract<SignalRecord, { type: 'signal' }>[]).map(({ signal }) => signal),
    ledger() {
      const sums: Record<string, number> = {};
      for (const { source, outcome, count } of cells) {
        const name = `${source} ${outcome}`;
        sums[name] = (sums[name] ?? 0) + count;
      }
      return sums;
    },
  };
}
